import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cpuMs, LINEAR_MS } from '../../../test/support/cpu-time.js';
import { BodyTooComplex } from './body-too-complex.js';
import { PLAIN_POLICY, RICH_POLICY } from './policy.js';
import { sanitize } from './sanitize.js';

const post = (html: string) => sanitize(html, RICH_POLICY);
const comment = (html: string) => sanitize(html, PLAIN_POLICY);

describe('Sanitized HTML', () => {
  it.each([
    ['<p>a<p>b', '<p>a</p><p>b</p>'],
    ['<b><i>x</b>y</i>', '<b><i>x</i></b>y'],
    ['<ul><li>a<li>b</ul>c', '<ul><li>a</li><li>b</li></ul>c'],
    [
      '<table><tr><td>1<td>2<tr><td>3</table>',
      '<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>',
    ],
    ['</p>x</div>y</br>', '<p></p>xy<br />'],
    ['<font><center>x</font>y', '<center>x</center>y'],
    ['a & b < c &lt;b&gt; "d"', 'a &amp; b &lt; c &lt;b&gt; "d"'],
    ['<video controls muted src=a.mp4>', '<video controls muted src="a.mp4"></video>'],
    [
      '<img src=x alt><img src=y alt="&quot;<b>">',
      '<img src="x" alt="" /><img src="y" alt="&quot;&lt;b&gt;" />',
    ],
    ['<p class="wp-a fixed more-link" style=x>', '<p class="wp-a more-link"></p>'],
    [
      '<a id=x id=y href="#x" target=_blank rel=me>z</a>',
      '<a id="user-content-x" href="#user-content-x" target="_blank" rel="me noopener noreferrer">z</a>',
    ],
    ['<p title="" lang=de>x', '<p lang="de">x</p>'],
    ['<constructor __proto__=1 id=__proto__><p constructor=1>x', '<p>x</p>'],
    ['a<plaintext><b>c', 'a&lt;b&gt;c'],
  ])('is well-formed and holds what the policy allows: %j', (html, written) => {
    expect(post(html)).toBe(written);
  });

  it.each([
    'javascript:x',
    ' \u0001java\nscript:x',
    'JaVaScRiPt&colon;x',
    'vbscript:x',
    'data:text/html,x',
    '///evil.example',
    '//\\evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    'file:///etc/passwd',
    'blob:x',
  ])('leads nowhere else: %j', (address) => {
    for (const html of [
      `<a href="${address}">ok</a>`,
      `<img src="${address}"><blockquote cite="${address}">ok`,
    ])
      expect(post(html)).not.toMatch(/href|src|cite/);
    expect(post(`<img srcset="${address} 1x">`)).toBe('<img />');
  });

  it.each([
    ['a.jpg, b.jpg 2x', 'a.jpg, b.jpg 2x'],
    ['a,b.jpg 100w,c.jpg 1.5x', 'a,b.jpg 100w, c.jpg 1.5x'],
    ['a.jpg 1x 2y, b.jpg bad,, c.jpg 100w 50h,', 'c.jpg 100w 50h'],
    ['javascript:x 1x, ok.jpg 2x', 'ok.jpg 2x'],
  ])('keeps the good candidates of srcset: %j', (srcset, kept) => {
    expect(post(`<img srcset="${srcset}">`)).toBe(`<img srcset="${kept}" />`);
  });

  it('of a comment has no pictures, headings and names, and its links earn nothing', () => {
    expect(comment('<h1 id=x>a</h1><img src=x><a href="https://a.example" rel=me class=wp-a>b</a>')).toBe(
      'a<br /><a href="https://a.example" rel="nofollow ugc noopener">b</a>',
    );
  });

  it.each([
    ['<svg><title>download-circle</title><path/></svg>', ''],
    ['<svg><desc>made by</desc><metadata><a>x</a></metadata><text>seen</text></svg>', 'seen'],
    ['<svg><desc/><text>seen</text></svg>', 'seen'],
    ['<svg><title>never ended</svg>', ''],
    ['<math><mi>a</mi><annotation encoding="application/x-tex">\\alpha</annotation></math> b', 'a b'],
    ['<svg></svg><p><desc>a</desc> b</p>', '<p>a b</p>'],
  ])('has no texts that browsers do not show in drawings and formulas: %s', (html, shown) => {
    expect(post(html)).toBe(shown);
  });

  it('is the same when it is sanitized again, whatever it was', () => {
    const piece = fc.constantFrom(
      ...[
        '<p>',
        '</p>',
        '<a href="',
        '">',
        '<b',
        ' ',
        '>',
        '<!--',
        '-->',
        '<svg>',
        '<math>',
        '<style>',
        '</style>',
      ],
      ...[
        '<table>',
        '<td>',
        '<li>',
        '<script>',
        '</',
        '<',
        '&',
        '&lt;',
        '&#x3c;',
        '"',
        "'",
        'x',
        '<noscript>',
      ],
      ...[
        '<textarea>',
        '<option>',
        '<select>',
        '<title>',
        '<![CDATA[',
        ']]>',
        '<template>',
        '<br/>',
        'onload=x ',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const once = post(pieces.join(''));
        expect(post(once)).toBe(once);
        const besideValues = once.replace(/="[^"]*"/g, '');
        expect(besideValues).not.toMatch(
          /<(?:script|style|svg|math|textarea|select|option|title|template|noscript)\b|<[^>]*\son/,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('has text of elements beyond the depth of the policy, without their tags', () => {
    const html = post(`${'<b>'.repeat(300)}x`);
    expect(html).toBe(`${'<b>'.repeat(200)}x${'</b>'.repeat(200)}`);
  });

  it.each([
    ['a post beyond its depth', (text: string) => post('<b>'.repeat(200) + text)],
    ['a comment', comment],
  ])('takes linear time for what is left out of %s', (_of, sanitized) => {
    for (const text of ['x<td>', 'x<li>', 'x<h1>', '<pre>x<table>'])
      expect(cpuMs(() => sanitized(text.repeat(900_000 / text.length)))).toBeLessThan(LINEAR_MS);
  });

  it('has at most four million characters', () => {
    expect(() => post('&'.repeat(900_000))).toThrow(BodyTooComplex);
    expect(post('&'.repeat(800_000))).toHaveLength(4_000_000);
  });
});
