import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';
import { htmlPart } from './html-part.js';
import { Letter } from './letter.js';
import { textPart } from './text-part.js';

const EVIL = `<script>alert(1)</script> & "quotes' <img src=x onerror=alert(1)>`;
const TOKENS = ['heading', 'text', 'quote', 'author', 'label', 'title', 'detail', 'note', 'why'];

/** A letter in which every text is unsafe and has a name. */
const evil = Letter.parse({
  subject: `subject ${EVIL}`,
  preheader: `preheader ${EVIL}`,
  blocks: [
    { kind: 'heading', text: `heading ${EVIL}` },
    { kind: 'text', text: `text ${EVIL}` },
    { kind: 'quote', text: `quote ${EVIL}`, by: `author ${EVIL}` },
    { kind: 'action', label: `label ${EVIL}`, href: 'https://example.com/a?b=1&c="><script>' },
    {
      kind: 'items',
      items: [{ title: `title ${EVIL}`, href: 'https://example.com/', detail: `detail ${EVIL}` }],
    },
    { kind: 'code', code: '123-456' },
    { kind: 'note', text: `note ${EVIL}` },
  ],
  why: `why ${EVIL}`,
  unsubscribeUrl: "https://example.com/u?t=1&x='>",
});

describe('a letter', () => {
  it('shows markup in its texts, and never contains it', () => {
    const page = htmlPart(evil, `brand ${EVIL}`);
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    expect(page).toContain('heading &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&#39;');
    expect(page).toContain('href="https://example.com/a?b=1&amp;c=%22%3E%3Cscript%3E"');
    expect(page).toContain('brand &lt;script&gt;');
  });

  it('has the same content in both parts', () => {
    const [page, text] = [htmlPart(evil, 'Times'), textPart(evil, 'Times')];
    for (const token of [...TOKENS, '123-456', 'Times', 'https://example.com/'])
      expect([token, page.includes(token), text.includes(token)]).toEqual([token, true, true]);
    expect(text).toContain('heading <script>alert(1)</script> & "quotes\'');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '/relative', '//host/path'])(
    'cannot have a link to %s',
    (href) => {
      expect(() => Letter.parse({ ...evil, blocks: [{ kind: 'action', label: 'Go', href }] })).toThrow();
      expect(() => Letter.parse({ ...evil, unsubscribeUrl: href })).toThrow();
    },
  );

  it('has text in lines of at most 76 characters, except addresses', () => {
    const href = `https://example.com/${'a'.repeat(200)}`;
    const letter = Letter.parse({
      subject: 's',
      blocks: [
        { kind: 'text', text: `${'word '.repeat(100)}\r\nnext line\n\n\n  new paragraph` },
        { kind: 'quote', text: 'quoted '.repeat(60) },
        { kind: 'action', label: 'Open', href },
      ],
    });
    const lines = textPart(letter, 'Times').split('\n');
    expect(lines.filter((line) => line.length > 76)).toEqual([href]);
    expect(lines).toContain('next line');
    expect(lines.slice(lines.indexOf('next line')).slice(0, 3)).toEqual(['next line', '', 'new paragraph']);
    expect(lines.filter((line) => line.includes('quoted')).every((line) => line.startsWith('> quoted'))).toBe(
      true,
    );
    expect(lines).toContain('-- ');
  });

  it('escapes each string of a template, and no template', () => {
    expect(
      html`<p title="${'"><b>'}">${html`<i>${'&'}</i>`}${[html`<b>1</b>`, html`<b>2</b>`]}${undefined}</p>`
        .text,
    ).toBe('<p title="&quot;&gt;&lt;b&gt;"><i>&amp;</i><b>1</b>\n<b>2</b></p>');
  });
});
