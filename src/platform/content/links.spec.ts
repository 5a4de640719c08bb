import { describe, expect, it } from '@jest/globals';
import { linksOf, relinked } from './links.js';
import { RICH_POLICY } from './policy.js';
import { sanitize } from './sanitize.js';

const html = sanitize(
  '<p>&lt;a href="/old">text</p> href="/old" <img alt="<a href=/old>" src="/old"><a title=\' href="/old" >\' href="/old?a=1&amp;b=&quot;">1</a>' +
    '<a href="/old" rel="nofollow">2</a><A HREF=/old>3</a><a>4</a><a href="/constructor">5</a>',
  RICH_POLICY,
);

describe('The links of sanitized HTML', () => {
  it('are found once each, and nothing that only looks like one', () => {
    expect([...linksOf(html)]).toEqual(['/old?a=1&b="', '/old', '/constructor']);
  });

  it('lead to their new addresses, and everything else stays', () => {
    const written = relinked(html, { '/old': 'https://new.example/?a=1&b="', '/old?a=1&b="': '/new' });
    expect(written).toBe(
      html
        .replaceAll('<a href="/old"', '<a href="https://new.example/?a=1&amp;b=&quot;"')
        .replace('href="/old?a=1&amp;b=&quot;"', 'href="/new"'),
    );
  });

  it.each(['javascript:alert(1)', ' java\nscript:x', 'data:text/html,x', '/\\evil.example', ''])(
    'never lead to %j',
    (address) => {
      expect(relinked('<a href="/old">x</a>', { '/old': address })).toBe('<a href="/old">x</a>');
    },
  );

  it('take linear time', () => {
    const long = `${'<a title="'.repeat(100_000)}${'&lt;a '.repeat(100_000)}`;
    const started = performance.now();
    linksOf(sanitize(long, RICH_POLICY));
    relinked('&lt;a '.repeat(600_000), { a: 'b' });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
