import { describe, expect, it } from '@jest/globals';
import { withholding } from './withholding.js';

const TOKEN = 'eyJ1IjoiMDE5YSJ9.c2lnbmF0dXJl-abc_DEF';
const LINK = `https://api.example.com/unsubscribe/${TOKEN}`;
const QUERY = `https://api.example.com/u?a=1&token=${TOKEN}&from=mail`;
const MESSAGE = { address: 'ada@example.com', texts: [`Unsubscribe: ${LINK}\n${QUERY}`], secrets: [] };

const json = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/');
const unicode = (text: string): string => text.replace(/[^\w.:-]/g, (sign) => `\\u00${hex(sign)}`);
const percent = encodeURIComponent;
const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('/', '&#x2F;').replaceAll('=', '&#61;');
const named = (text: string): string => text.replaceAll('/', '&sol;').replaceAll('.', '&period;');
const quotedPrintable = (text: string): string => text.replaceAll('=', '=3D').replace(/.{24}/g, '$&=\r\n');
const allEscaped = (text: string): string => text.replace(/[^]/g, (sign) => `%${hex(sign)}`);
const hex = (sign: string): string => sign.charCodeAt(0).toString(16).padStart(2, '0');

const FORMS: [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in capitals', (text) => text.toUpperCase()],
  ['without its scheme', (text) => text.slice('https://'.length)],
  ['without its host', (text) => new URL(text).pathname + new URL(text).search],
  ['in JSON', json],
  ['in JSON with numbers', unicode],
  ['in a URL', percent],
  ['in a URL in a URL', (text) => percent(percent(text))],
  ['with each character escaped', allEscaped],
  ['in HTML', html],
  ['in HTML with names', named],
  ['in quoted-printable', quotedPrintable],
  ['in HTML in JSON', (text) => json(html(text))],
  ['in a URL in HTML in JSON in JSON', (text) => json(json(html(percent(text))))],
  ['in HTML in quoted-printable', (text) => quotedPrintable(html(text))],
  ['cut by the server', (text) => `${text.slice(0, 70)}…`],
];

describe('a text of a server', () => {
  describe.each(FORMS)('that repeats a link %s', (_name, form) => {
    it.each([LINK, QUERY])('keeps nothing of %s but what is around it', (link) => {
      const told = withholding(`5.7.1 Blocked, see "${form(link)}" (policy)`, MESSAGE);
      expect(told).toMatch(/^5\.7\.1 Blocked, see "[^]*" \(policy\)$/);
      expect(told.replace(/=\r\n/g, '')).not.toMatch(/eyJ1|c2ln|bmF0|DEF/i);
      expect(told).not.toMatch(/%65%79|from/i);
    });
  });

  it.each([
    ['https://api.example.com/u?t=abc.def', 'https://api.example.com/…'],
    ['API.EXAMPLE.COM/u?t=abc.def', 'API.EXAMPLE.COM/…'],
    ['https:\\/\\/api.example.com\\/u?t=abc.def', 'https:\\/\\/api.example.com/…'],
    ['https%3A%2F%2Fapi.example.com%2Fu%3Ft%3Dabc.def', 'https%3A%2F%2Fapi.example.com/…'],
  ])('keeps only the host of %s, which has a short code', (spoken, told) => {
    const texts = ['Confirm: https://api.example.com/u?t=abc.def'];
    expect(withholding(`Blocked "${spoken}"`, { ...MESSAGE, texts })).toBe(`Blocked "${told}"`);
  });

  it('keeps nothing of a token that stands alone', () => {
    expect(withholding(`Blocked: token ${TOKEN}, sorry`, MESSAGE)).toBe('Blocked: token [redacted] sorry');
  });

  it('keeps a token neither with nor without the escapes of its link', () => {
    const link = 'https://api.example.com/?t=a%2Fsecret%2Bof%3Dthe-recipient';
    for (const token of ['a%2Fsecret%2Bof%3Dthe-recipient', 'a/secret+of=the-recipient'])
      expect(withholding(`Blocked (${token})`, { ...MESSAGE, texts: [link] })).toBe('Blocked ([redacted]');
  });

  it('keeps its words and the links to its own help', () => {
    const text =
      '550-5.1.1 Unsubscribe: see https://help.api.example.com/u?p=NoSuchUser&x=100%25 or support.example.net/mail';
    expect(withholding(text, MESSAGE)).toBe(text);
  });

  it.each([
    ['ada@example.com', 'ADA@example.com'],
    ['ada@example.com', 'ada%40example.com'],
    ['ada@example.com', 'ada&#64;example.com'],
    ['ada@example.com', 'ada\\u0040example.com'],
    ['ada@xn--bcher-kva.example', 'ada@bücher.example'],
    ['жена@xn--80a1acny.xn--p1ai', 'жена@почта.рф'],
    ['жена@xn--80a1acny.xn--p1ai', '%D0%B6%D0%B5%D0%BD%D0%B0@xn--80a1acny.xn--p1ai'],
  ])('masks %s where it says %s', (address, spoken) => {
    const told = withholding(`No user <${spoken}> here`, { ...MESSAGE, address });
    expect(told).toBe(`No user <${address[0]}***${address.slice(address.indexOf('@'))}> here`);
  });

  it('is searched once: what is put in stays', () => {
    const secrets = ['redacted', 'a-password', 'a-password-and-more', 'example.com'];
    expect(
      withholding('pass=a-password-and-more, a-password; ada@example.com', { ...MESSAGE, secrets }),
    ).toBe('pass=[redacted], [redacted]; a***@example.com');
  });

  it('of nothing but nested escapes takes no longer for it', () => {
    const text = `%${'25'.repeat(30_000)}`;
    expect(withholding(text, MESSAGE)).toBe(text);
  });
});
