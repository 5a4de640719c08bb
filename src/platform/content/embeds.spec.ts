import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PROVIDERS, EmbedProviders, providerOf } from './embed-providers.js';
import { PLAIN_POLICY, RICH_POLICY } from './policy.js';
import { sanitize } from './sanitize.js';

const providers = new EmbedProviders(DEFAULT_PROVIDERS);

function post(html: string, sites = providers): { html: string; notes: string[] } {
  const notes = new Set<string>();
  return { html: sanitize(html, RICH_POLICY, { providers: sites, notes }), notes: [...notes] };
}

const TUBE = 'https://www.youtube.com/embed/abcdefghijk';
const ATTRIBUTES =
  'loading="lazy" referrerpolicy="strict-origin-when-cross-origin" ' +
  'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation" allowfullscreen';

describe('A frame of a known site', () => {
  it('is written again, with nothing from the source but its address, size and title', () => {
    expect(
      post(
        `a<iframe src="${TUBE}?a=b&amp;c=&quot;" width="560" height="100%" title="A &lt;video&gt;" onload="x" style="x" ` +
          'srcdoc="<script>x</script>" name="x" allow="camera" sandbox="" allowfullscreen class="wp-a" id="x">inside</iframe>b',
      ),
    ).toEqual({
      html: `a<iframe src="${TUBE}?a=b&amp;c=%22" width="560" height="100%" title="A &lt;video&gt;" ${ATTRIBUTES}></iframe>b`,
      notes: [],
    });
  });

  it.each([
    ['//www.youtube.com/embed/abcdefghijk', TUBE],
    ['http://www.youtube.com/embed/abcdefghijk', TUBE],
    [' https://WWW.YouTube.COM/embed/abcdefghijk ', TUBE],
    ['https://www.youtube.com:443/embed/abcdefghijk', TUBE],
    ['https://www.youtube.com/v/abcdefghijk&hl=en', 'https://www.youtube-nocookie.com/embed/abcdefghijk'],
    ['https://www.youtube.com/watch?v=abcdefghijk', 'https://www.youtube-nocookie.com/embed/abcdefghijk'],
    ['https://vimeo.com/moogaloop.swf?clip_id=123', 'https://player.vimeo.com/video/123'],
    ['https://www.google.com/maps/embed?pb=x', 'https://www.google.com/maps/embed?pb=x'],
  ])('has https and the address of the player: %j', (address, src) => {
    expect(post(`<iframe src="${address}"></iframe>`).html).toContain(`<iframe src="${src}" title=`);
  });

  it('stands for an object, once', () => {
    const old =
      '<object width="4"><param name="movie" value="http://www.youtube.com/v/abcdefghijk"></param>' +
      '<embed src="http://www.youtube.com/v/abcdefghijk" type="application/x-shockwave-flash"></embed></object>';
    expect(post(`${old}<p>${old}</p>`).html.match(/<iframe/g)).toHaveLength(2);
    expect(post(`<object data="${TUBE}"></object>`).html).toContain(`<iframe src="${TUBE}"`);
  });

  it('stays the same when it is sanitized again', () => {
    const once = post(`<iframe src="${TUBE}" width=1 title="&quot;a&quot;"></iframe>`).html;
    expect(post(once).html).toBe(once);
  });
});

describe('Every other frame', () => {
  it.each([
    ['https://youtube.com.evil.example/embed/a', 'youtube.com.evil.example'],
    ['https://evil.example/www.youtube.com/embed/a', 'evil.example'],
    ['https://notyoutube.com/embed/a', 'notyoutube.com'],
    ['https://a.youtube.com/embed/abc', 'a.youtube.com'],
    ['https://www.youtube.com:8443/embed/a', 'www.youtube.com:8443'],
    ['https://www.youtube.com/redirect?q=https://evil.example', 'www.youtube.com'],
    ['https://www.youtube.com/embed/../redirect', 'www.youtube.com'],
    ['https://www.youtube.com/embed/%2e%2e/redirect', 'www.youtube.com'],
    ['https://www.google.com/url?q=x', 'www.google.com'],
    ['https://yоutube.com/embed/a', 'xn--yutube-wqf.com'],
    ['https://www.youtube.com./embed/a', 'www.youtube.com.'],
    ['https://127.0.0.1/a', '127.0.0.1'],
    ['https://here.invalid.evil.example/a', 'here.invalid.evil.example'],
    ['https://here.invalidjavascript:80/%0aalert(1)', 'here.invalidjavascript:80'],
  ])('becomes a link: %j', (address, host) => {
    const { html, notes } = post(`<iframe src="${address}"></iframe>`);
    expect(html).toMatch(/^<a href="https:\/\/[^"]+">[^<]+<\/a>$/);
    expect(notes).toEqual([`an embed of "${host}" was replaced by a link`]);
  });

  it.each([
    '//youtube.com@evil.example/embed/a',
    'https://www.youtube.com:x@evil.example/embed/a',
    'https:\\\\www.youtube.com@evil.example/embed/a',
  ])('has no user name that looks like a host: %j', (address) => {
    expect(post(`<iframe src="${address}"></iframe>`).html).toMatch(
      /^<a href="https:\/\/evil\.example\/[^"@]*">/,
    );
  });

  it.each([
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'blob:https://a.example/x',
    'about:blank',
    'file:///a',
    'ftp://a.example/x',
  ])('without a web address disappears with a note: %j', (address) => {
    expect(post(`a<iframe src="${address}"></iframe>b`)).toEqual({
      html: 'ab',
      notes: ['an embed without a web address was left out'],
    });
  });

  it('of the site itself becomes a link to its path', () => {
    expect(post('<iframe src="/map.html"></iframe>').html).toBe('<a href="/map.html">/map.html</a>');
  });

  it('with a document of its own disappears with a note', () => {
    expect(post('<iframe srcdoc="<script>x</script>"></iframe>')).toEqual({
      html: '',
      notes: ['an embed without an address was left out'],
    });
  });

  it('becomes a link if the list is empty, and in comments', () => {
    const frame = `<iframe src="${TUBE}"></iframe>`;
    expect(post(frame, new EmbedProviders([])).html).toBe(`<a href="${TUBE}">${TUBE}</a>`);
    expect(sanitize(frame, PLAIN_POLICY, { providers })).toBe(
      `<a href="${TUBE}" rel="nofollow ugc noopener">${TUBE}</a>`,
    );
  });
});

it('What a post loses is noted once', () => {
  expect(
    post('<script>a</script><script src=x></script><form><input><select></select></form><svg></svg>').notes,
  ).toEqual(['a script was left out', 'a form was left out', 'a drawing (svg) was left out']);
});

it.each([
  '<object></object>',
  '<object><param name="quality" value="high"><b>x</b></object>',
  '<object><object></object>',
  '<embed type="application/x-shockwave-flash">',
  '<iframe></iframe>',
])('An embed without an address is noted: %s', (html) => {
  expect(post(html).notes).toEqual(['an embed without an address was left out']);
});

it('An applet is noted', () => {
  expect(post('<applet code="A.class">x</applet>')).toEqual({
    html: 'x',
    notes: ['an applet was left out'],
  });
});

it.each([
  [
    '<img src="data:image/png;base64,AAAA" alt="a">',
    'the address of an image was left out, because it begins with data:',
  ],
  ['<img src=" d\nata:image/png,">', 'the address of an image was left out, because it begins with data:'],
  ['<img src="x:y">', 'the address of an image was left out, because it is no web address'],
  [
    '<video src="blob:https://a.example/1"></video>',
    'the address of a video was left out, because it begins with blob:',
  ],
  ['<a href="ftp://a.example/b">b</a>', 'the address of a link was left out, because it begins with ftp:'],
  ['<a href="javascript:x">b</a>', 'the address of a link was left out, because it begins with javascript:'],
])('An address that is left out is noted: %j', (html, note) => {
  expect(post(html).notes).toEqual([note]);
});

it.each([
  '<img src="/a.png">',
  '<img>',
  '<a>x</a>',
  '<a href="mailto:a@b.example">x</a>',
  '<a href="//b.example">x</a>',
])('Nothing is noted about %j', (html) => {
  expect(post(html).notes).toEqual([]);
});

describe('A provider', () => {
  it.each([
    'https://a.example',
    'a.example:8080',
    'user@a.example',
    'localhost',
    'a.example?b',
    '*.example',
    'a b.example',
    '',
  ])('is not %j', (entry) => {
    expect(providerOf(entry)).toBeUndefined();
  });

  it.each([
    ['www.A.example', { host: 'a.example', path: '/' }],
    ['a.example/b/', { host: 'a.example', path: '/b/' }],
    ['bücher.example', { host: 'xn--bcher-kva.example', path: '/' }],
  ])('is %j', (entry, provider) => {
    expect(providerOf(entry)).toEqual(provider);
  });
});
