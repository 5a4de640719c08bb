import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_PROVIDERS, EmbedProviders } from '../embed-providers.js';
import { cpuMs, LINEAR_MS } from '../../../../test/support/cpu-time.js';
import { formatWordPress, formatWordPressComment } from './format-wordpress.js';

const PROVIDERS = new EmbedProviders(DEFAULT_PROVIDERS);

function formatted(body: string): { html: string; notes: string[] } {
  const notes = new Set<string>();
  const needs = { files: [], posts: [] };
  return {
    html: formatWordPress(body, { providers: PROVIDERS, notes, needs, context: {} }),
    notes: [...notes],
  };
}
const format = (body: string) => formatted(body).html;
/** Line ends between blocks have no meaning. */
const blocks = (body: string) => format(body).replace(/\n(?=<)|\n$/g, '');

describe('A post of WordPress has paragraphs', () => {
  it.each([
    ['One.\n\nTwo.', '<p>One.</p><p>Two.</p>'],
    ['One.\r\n \t\r\nTwo.', '<p>One.</p><p>Two.</p>'],
    ['One\nline', '<p>One<br />\nline</p>'],
    ['One<br>\nline<br><br>Two', '<p>One<br />\nline</p><p>Two</p>'],
    ['<p>One</p>\n<p>Two</p>', '<p>One</p><p>Two</p>'],
    ['<p class="x">One\n\nTwo\nline</p>', '<p class="x">One</p><p>Two<br />\nline</p>'],
    ['Text\n<h2>Title</h2>\nText', '<p>Text</p><h2>Title</h2><p>Text</p>'],
    ['<h2>A\nB</h2>', '<h2>A<br />\nB</h2>'],
    ['<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>', '<ul><li>a</li><li>b<br />\nc</li></ul>'],
    ['<ul><li>a\n\nb</li></ul>', '<ul><li><p>a</p><p>b</p></li></ul>'],
    ['<div>a</div>', '<div>a</div>'],
    ['<div>\na\n</div>', '<div>a</div>'],
    ['<div>\n\na\n\n</div>', '<div><p>a</p></div>'],
    ['<div>a\n\nb</div>', '<div><p>a</p><p>b</p></div>'],
    ['<div>a<ul><li>b</li></ul>c</div>', '<div><p>a</p><ul><li>b</li></ul><p>c</p></div>'],
    ['<blockquote>a</blockquote>', '<blockquote><p>a</p></blockquote>'],
    ['<blockquote>a\n\nb</blockquote>', '<blockquote><p>a</p><p>b</p></blockquote>'],
    ['<table>\n<tr>\n<td>a\nb</td>\n</tr>\n</table>', '<table><tr><td>a<br />\nb</td></tr></table>'],
    ['<em>a\n\nb</em> c', '<p><em>a</em></p><p><em>b</em> c</p>'],
    ['<a href="x">a\n\nb</a>', '<p><a href="x">a</a></p><p><a href="x">b</a></p>'],
    ['<a href="x"><h2>Title</h2></a>', '<a href="x"><h2>Title</h2></a>'],
    ['<p>a<div>b</div></p>c', '<p>a</p><div>b</div><p>c</p>'],
    ['<p></p>\n\n<p>a</p>', '<p>a</p>'],
    ['a<hr>b', '<p>a</p><hr><p>b</p>'],
    ['<img src="a.jpg">\n\nb', '<p><img src="a.jpg"></p><p>b</p>'],
    ['<center>a</center>', '<center>a</center>'],
    ['a\n<!--more-->\nb', '<p>a</p><p>b</p>'],
    ['<b>a\n\n<i>b</b>', '<p><b>a</b></p><p><b><i>b</b></p>'],
    ['', ''],
    [' \n \n ', ''],
  ])('%j', (body, html) => {
    expect(blocks(body)).toBe(html);
  });

  it.each([
    '<pre>a\n\nb  <b>c\n</b></pre>',
    '<script>a\n\nb</script>',
    '<style>a\n\nb</style>',
    '<textarea>a\n\nb</textarea>',
    '<video>\n\n<source src="a">\n\n</video>',
    '<object>\n\n<param name="a">\n\n</object>',
    '<svg>\n\n<g></g>\n\n</svg>',
  ])('but not in %j', (body) => {
    expect(format(body)).toContain(body);
  });

  it.each([
    '<!-- wp:paragraph -->\n<p>a\n\nb</p>\n<!-- /wp:paragraph -->',
    '<!-- wp:html -->\na\n\nb\n<!-- /wp:html -->',
    '<!-- wp:group {"a":"b"} -->\n<div>\n\n<!-- wp:my/box -->a\n\nb<!-- /wp:my/box -->\n\n</div>\n<!-- /wp:group -->',
  ])('but not in the blocks of the editor: %j', (body) => {
    expect(format(body)).toBe(body);
  });

  it('in the classic parts beside blocks', () => {
    const block = '<!-- wp:html -->a\n\nb<!-- /wp:html -->';
    expect(blocks(`One.\n\nTwo.\n\n${block}\n\nThree.`)).toBe(`<p>One.</p><p>Two.</p>${block}<p>Three.</p>`);
    const classic = '<!-- wp:freeform -->One.\n\nTwo.<!-- /wp:freeform -->';
    expect(blocks(classic)).toBe('<!-- wp:freeform --><p>One.</p><p>Two.</p><!-- /wp:freeform -->');
    expect(blocks('<!-- wp:separator /-->\n\nOne.\n\nTwo.')).toBe(
      '<!-- wp:separator /--><p>One.</p><p>Two.</p>',
    );
  });

  it('in comments, where shortcodes and addresses are text', () => {
    expect(formatWordPressComment('[gallery]\nhttps://youtu.be/abcdefgh\n\n<b>b</b>')).toBe(
      '<p>[gallery]<br />\nhttps://youtu.be/abcdefgh</p>\n<p><b>b</b></p>\n',
    );
  });
});

describe('The shortcodes of WordPress', () => {
  it.each([
    [
      '[caption id="attachment_7" align="alignleft" width="300"]<a href="b"><img src="a.jpg" /></a> A <em>caption</em>[/caption]',
      '<figure class="wp-caption alignleft" id="attachment_7"><a href="b"><img src="a.jpg" /></a><figcaption class="wp-caption-text">A <em>caption</em></figcaption></figure>',
    ],
    [
      '[caption width="300" caption="An <a href=\'x\'>old</a> one"]<img src="a.jpg">[/caption]',
      '<figure class="wp-caption"><img src="a.jpg"><figcaption class="wp-caption-text">An <a href=\'x\'>old</a> one</figcaption></figure>',
    ],
    [
      "[wp_caption width='300' caption='An &lt;old&gt; one']<img src=\"a.jpg\">[/wp_caption]",
      '<figure class="wp-caption"><img src="a.jpg"><figcaption class="wp-caption-text">An &lt;old&gt; one</figcaption></figure>',
    ],
    ['[caption width="1"]Only text[/caption]', '<p>Only text</p>'],
    [
      '[audio src="https://a.example/b.mp3" loop="on"]',
      '<figure class="wp-block-audio"><audio controls src="https://a.example/b.mp3" loop></audio></figure>',
    ],
    [
      '[audio mp3="https://a.example/b.mp3?c=d&amp;e"][/audio]',
      '<figure class="wp-block-audio"><audio controls src="https://a.example/b.mp3?c=d&amp;e"></audio></figure>',
    ],
    [
      '[audio https://a.example/b.mp3|titles=c d]',
      '<figure class="wp-block-audio"><audio controls src="https://a.example/b.mp3"></audio></figure>',
    ],
    [
      '[video width="640" height="360" mp4="https://a.example/b.mp4" poster="https://a.example/b.jpg"][/video]',
      '<figure class="wp-block-video"><video controls src="https://a.example/b.mp4" poster="https://a.example/b.jpg" width="640" height="360"></video></figure>',
    ],
    [
      '[code lang="php"]\n<?php a[0] &lt; "b";\n\nc [/code]',
      '<pre class="wp-block-code"><code class="language-php">&lt;?php a&#91;0] &lt; "b";\n\nc</code></pre>',
    ],
    [
      '[python]\nif a < b: "<b>"\n[/python]',
      '<pre class="wp-block-code"><code class="language-python">if a &lt; b: "&lt;b&gt;"</code></pre>',
    ],
    [
      '[[gallery ids="1"]] and [[caption]x[/caption]]',
      '<p>&#91;gallery ids="1"] and &#91;caption]x&#91;/caption]</p>',
    ],
    ['<pre>[gallery] [[gallery]]</pre>', '<pre>&#91;gallery] &#91;gallery]</pre>'],
    ['<code>[gallery] [1]</code>', '<p><code>&#91;gallery] [1]</code></p>'],
    ['<a title="[gallery]">a</a>', '<p><a title="[gallery]">a</a></p>'],
    ['a [/caption] b', '<p>a  b</p>'],
  ])('%j', (body, html) => {
    expect(blocks(body)).toBe(html);
  });

  it('name files whose addresses the body does not contain: they are listed', () => {
    expect(formatted('a\n\n[gallery ids="1,2" columns="3"]\n\n[playlist]\n\nb')).toEqual({
      html: '<p>a</p>\n<p>b</p>\n',
      notes: [
        'a gallery was left out, because the export does not contain its files "1", "2"',
        'a playlist was left out, because the export contains no such files of the post',
      ],
    });
  });
});

describe('The shortcodes of plugins are left out and listed', () => {
  it.each([
    ['a [box]b[/box] c', '<p>a b c</p>', '"box"'],
    ['a [my_form] b', '<p>a  b</p>', '"my_form"'],
    ['[contact-form-7 id="1" title="a b"]', '', '"contact-form-7"'],
    ['[a /] b', '<p>b</p>', '"a"'],
    ['[row][col w="1"]\n\na\n\n[/col][/row]', '<p>a</p>', '"row", "col"'],
    [
      '<!-- wp:shortcode -->\n[sitemap]\n<!-- /wp:shortcode -->',
      '<!-- wp:shortcode --><!-- /wp:shortcode -->',
      '"sitemap"',
    ],
  ])('%j', (body, html, names) => {
    expect([blocks(body), formatted(body).notes]).toEqual([
      html,
      [`the html leaves out the shortcodes ${names}`],
    ]);
  });

  it.each([
    'a[0] and b[i]',
    '[1]',
    '[x] todo [ ] todo',
    '[citation needed]',
    '[sic]',
    '[…]',
    '[Update: b=c]',
    '[see p=3 or more]',
    '[a](https://a.example)',
    '[to-do]',
    '[a b="c" and text]',
    '[/b]',
    '[[Page]]',
    'a [b',
    '[b [c',
  ])('but text in brackets stays: %j', (body) => {
    expect(formatted(body)).toEqual({ html: `<p>${body}</p>\n`, notes: [] });
  });
});

it('Blocks that WordPress fills when it shows them are listed', () => {
  const body = '<!-- wp:latest-posts {"a":1} /-->\n<!-- wp:my/form /-->\n<!-- wp:spacer /-->';
  expect(formatted(body).notes).toEqual([
    'the html leaves out blocks that WordPress fills: "latest-posts", "my/form"',
  ]);
});

describe('An address is embedded', () => {
  const frame = (src: string, attributes = '') =>
    expect.stringContaining(`<iframe src="${src}"${attributes} title=`);
  const TUBE = 'https://www.youtube-nocookie.com/embed/abcdefghijk';

  it.each([
    ['https://www.youtube.com/watch?v=abcdefghijk&amp;feature=x', TUBE],
    ['a\nhttps://youtu.be/abcdefghijk?t=1m5s\nb', `${TUBE}?start=65`],
    ['<p>http://youtube.com/shorts/abcdefghijk</p>', TUBE],
    ['[embed]https://m.youtube.com/watch?v=abcdefghijk[/embed]', TUBE],
    ['[embed src="https://vimeo.com/123/abc"]', 'https://player.vimeo.com/video/123?h=abc'],
    ['[youtube=http://www.youtube.com/watch?v=abcdefghijk&w=320]', TUBE],
    ['[youtube]abcdefghijk[/youtube]', TUBE],
    ['[vimeo 12345678]', 'https://player.vimeo.com/video/12345678'],
    ['[wpvideo abcdefgh]', 'https://videopress.com/embed/abcdefgh'],
    ['[video src="https://youtu.be/abcdefghijk"]', TUBE],
    [
      'https://www.youtube.com/playlist?list=PLabc',
      'https://www.youtube-nocookie.com/embed/videoseries?list=PLabc',
    ],
    ['https://open.spotify.com/track/abc', 'https://open.spotify.com/embed/track/abc'],
    [
      'https://soundcloud.com/a/b',
      'https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fa%2Fb',
    ],
    ['https://www.ted.com/talks/a_b', 'https://embed.ted.com/talks/a_b'],
    ['https://dai.ly/abc123', 'https://www.dailymotion.com/embed/video/abc123'],
    [
      '<!-- wp:embed -->\n<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://vimeo.com/123\n</div></figure>\n<!-- /wp:embed -->',
      'https://player.vimeo.com/video/123',
    ],
    [
      '<!-- wp:core-embed/youtube --><figure><div>https://youtu.be/abcdefghijk</div></figure><!-- /wp:core-embed/youtube -->',
      TUBE,
    ],
  ])('%j', (body, src) => {
    expect(formatted(body)).toEqual({ html: frame(src), notes: [] });
  });

  it('as a link if its site has no player', () => {
    expect(formatted('https://twitter.com/a/status/1')).toEqual({
      html: '<figure class="wp-block-embed"><a href="https://twitter.com/a/status/1">https://twitter.com/a/status/1</a></figure>',
      notes: ['an embed of "twitter.com" was replaced by a link'],
    });
    expect(format('[embed width="3"]https://a.example/b[/embed]')).toContain(
      '<a href="https://a.example/b">',
    );
  });

  it.each([
    'See https://youtu.be/abcdefghijk',
    'https://a.example/b',
    '<a href="x">\nhttps://youtu.be/abcdefghijk\n</a>',
    '<li>https://youtu.be/abcdefghijk</li>',
    'https://youtube.com.evil.example/watch?v=abcdefghijk',
  ])('but not %j', (body) => {
    expect(format(body)).not.toMatch(/<iframe|<figure/);
  });
});

describe('Formatting', () => {
  const piece = fc.constantFrom(
    ...[
      'a',
      ' ',
      '\n',
      '\n\n',
      '<p>',
      '</p>',
      '<b>',
      '</b>',
      '<a href="x">',
      '</a>',
      '<div>',
      '</div>',
      '<br>',
      '<li>',
    ],
    ...[
      '</li>',
      '<ul>',
      '</ul>',
      '<td>',
      '<h2>',
      '</h2>',
      '<blockquote>',
      '</blockquote>',
      '<pre>',
      '</pre>',
      '<img>',
    ],
    ...[
      '<figure>',
      '</figure>',
      '<!-- wp:a -->',
      '<!-- /wp:a -->',
      '<!--x-->',
      '[caption]',
      '[/caption]',
      '[[a_b]]',
    ],
    ...[
      '[a_b]',
      '[x',
      ']',
      '[gallery]',
      '[code]',
      '[/code]',
      'https://vimeo.com/1',
      '<video>',
      '</video>',
      '<hr>',
      '<',
    ],
    ...[
      '<code>',
      '</code>',
      '[embed]',
      '[/embed]',
      '<span>',
      '</span>',
      '&nbsp;',
      '"',
      '<script>',
      '</script>',
    ],
  );

  /** The lines that readers see. */
  const lines = (html: string) =>
    html
      .replace(/<!--.*?-->|<\/?(?:a|b|code|span)\b[^>]*>/g, '')
      .split(/(?:<[^>]*>|\n)+/)
      .map((line) => line.trim())
      .filter(Boolean);

  it('changes nothing that is already formatted', () => {
    const part = fc.constantFrom(
      ...[
        'a\nb',
        'a <b>b</b>',
        '<p>a\n\nb</p>',
        '<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>',
        '<div>a\n\n<p>b</p></div>',
      ],
      ...[
        '<b>a\n\nb</b>',
        '<a href="x"><img src="y"></a>',
        '<blockquote>a\n\nb</blockquote>',
        '<pre>a\n\nb</pre>',
      ],
      ...[
        '<table><tr><td>a\n\nb</td></tr></table>',
        '<h2>a\nb</h2>',
        '<!-- wp:html -->a\n\nb<!-- /wp:html -->',
        '<hr>',
      ],
      ...[
        '[caption]<img src="x"> a\nb[/caption]',
        '[[gallery]]',
        '[a_b]',
        'https://vimeo.com/1',
        '[code]a[0] < b[/code]',
      ],
      ...[
        '<figure>\n<img src="x">\n<figcaption>a\nb</figcaption>\n</figure>',
        '<video>\n<source src="x">\n</video>',
      ],
    );
    const separator = fc.constantFrom('', ' ', '\n', '\n\n', '<br>');
    fc.assert(
      fc.property(fc.array(fc.tuple(part, separator), { maxLength: 8 }), (parts) => {
        const once = format(parts.flat().join(''));
        expect(format(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows the same when it is repeated, whatever the body was', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const once = format(pieces.join(''));
        expect(lines(format(once))).toEqual(lines(once));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps all text outside of shortcodes, in order', () => {
    const text = fc.constantFrom(
      'a',
      'b',
      ' ',
      '\n',
      '\n\n',
      '<p>',
      '</p>',
      '<i>',
      '</i>',
      '<div>',
      '</div>',
      '<li>',
      '<br>',
      '[x]',
    );
    const letters = (html: string) => html.replace(/<[^<>]*>|\s/g, '');
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (pieces) => {
        const body = pieces.join('');
        expect(letters(format(body))).toBe(letters(body));
      }),
    );
  });

  it.each([
    '<',
    '[',
    '\n',
    '<b>',
    '<b>a\n\n',
    '[a ',
    '[caption]',
    '[code]',
    '<!-- wp:a -->',
    '<a href="',
    '<video>',
    '[[a]]',
  ])('takes a long series of %j', (text) => {
    expect(cpuMs(() => format(text.repeat(100_000)))).toBeLessThan(LINEAR_MS);
  });

  it.each([
    ['elements that a text follows', `${'<b>'.repeat(300_000)}x`],
    ['shortcodes in each other', '[a]https://x/'.repeat(50_000) + '[/a]'.repeat(50_000)],
    ['captions in each other', '[caption]<b>x'.repeat(20_000) + '[/caption]'.repeat(20_000)],
    [
      'captions of two names',
      '[caption][wp_caption]'.repeat(10_000) + '[/wp_caption][/caption]'.repeat(10_000),
    ],
  ])('takes a long series of %s', (_what, body) => {
    expect(cpuMs(() => format(body))).toBeLessThan(LINEAR_MS);
  });
});
