import { describe, expect, it } from '@jest/globals';
import { cpuMs } from '../../../test/support/cpu-time.js';
import { later, told, toldText } from './mail-outcome.js';

const TOKEN = 'eyJ1IjoiMDE5YSJ9.c2lnbmF0dXJl-abc_DEF';
const PASSWORD = 'pa55Word-zz-Q7';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const WITHHELD = {
  address: 'fanny+no27.kanariloc@example.com',
  texts: [`Unsubscribe: https://api.example.com/unsubscribe/${TOKEN}`],
  secrets: [PASSWORD, base64(PASSWORD)],
};

describe('what is told of a reply', () => {
  it.each([
    `pw ${base64(PASSWORD).replaceAll('=', '')}`,
    `pw ${base64(base64(PASSWORD))}`,
    `pw ${Buffer.from(PASSWORD).toString('hex')}`,
    `pw ${PASSWORD.slice(0, -1)}`,
    `mx!fanny+no27.kanariloc`,
    `fanny+no27.kanariloc\r\n550-@example.com`,
    `fanny+no27.kanariloc at example dot com`,
    `fanny+no27.kanariloc@mail.example.com`,
    `"fanny+no27.kanariloc"@example.com`,
    `fanny+no27.kanariloc=example.com@mx.example`,
    base64(WITHHELD.address),
    `${TOKEN.slice(0, 10)}\r\n550-${TOKEN.slice(10)}`,
    `${Array.from(TOKEN).join('\u200b')}`,
    base64(`https://api.example.com/unsubscribe/${TOKEN}`),
    `${'word '.repeat(397)}${TOKEN}`,
  ])('contains no secret of %j', (reply) => {
    const { reason } = told(later(`550-5.7.1 Refused: ${reply}`), WITHHELD) as { reason: string };
    expect(reason).toMatch(/^550-5\.7\.1 Refused: /);
    expect(reason).not.toMatch(/kanariloc|pa55|cGE1|Y0dF|70613535|eyJ1|IjoiMDE|c2lnb|aHR0c|ZmFubnk/i);
  });

  it.each([
    ['nested escapes', `%${'25'.repeat(30_000)}`],
    ['nested escapes of HTML', `&${'amp;'.repeat(15_000)}`],
    ['many formats', '%26amp;=3D\\u0025'.repeat(3700)],
    ['one letter', 'a'.repeat(60_000)],
    ['lines of escapes', '550-%2525252525252525252525252525252525252525252525252525\r\n'.repeat(1000)],
    ['addresses', 'a@'.repeat(30_000)],
  ])('costs little for a reply of %s', (_name, reply) => {
    const text = `550 5.7.1 ${reply}`;
    toldText(text, WITHHELD);
    expect(cpuMs(() => void toldText(text, WITHHELD))).toBeLessThan(50);
  });
});
