import { describe, expect, it } from '@jest/globals';
import { PLAIN_POLICY, RICH_POLICY } from './policy.js';
import { render } from './render.js';
import { sanitize } from './sanitize.js';

const post = (html: string) => sanitize(html, RICH_POLICY);
const comment = (html: string) => sanitize(html, PLAIN_POLICY);
const markdown = (body: string) =>
  render({ kind: { policy: 'rich', summarized: false }, body, format: 'markdown' }).html;

describe('The relation of a link', () => {
  it.each([
    ['<a href="/x" rel="nofollow sponsored">', '<a href="/x" rel="nofollow sponsored"></a>'],
    [
      '<a href="/x" target="_blank" rel="nofollow sponsored">',
      '<a href="/x" target="_blank" rel="nofollow sponsored noopener noreferrer"></a>',
    ],
    ['<a target="_blank">', '<a target="_blank" rel="noopener noreferrer"></a>'],
    ['<a rel="NoReferrer" target="x">', '<a rel="noreferrer noopener" target="x"></a>'],
    ['<a rel="opener" target="_blank">', '<a rel="noopener noreferrer" target="_blank"></a>'],
    ['<a rel="opener">', '<a></a>'],
    ['<a rel=" ugc\n ugc  me ">', '<a rel="ugc me"></a>'],
    ['<a rel="license tag bookmark">', '<a rel="license tag bookmark"></a>'],
    ['<a rel="&quot;&gt;<b>">', '<a rel="&quot;&gt;&lt;b&gt;"></a>'],
    ['<a rel="">', '<a></a>'],
  ])('keeps its tokens, and gets those that a target requires: %s', (html, written) => {
    expect(post(html)).toBe(written);
  });

  it.each([
    ['<a href="/x">', 'nofollow ugc noopener'],
    ['<a href="/x" rel="me author follow">', 'nofollow ugc noopener'],
    ['<a href="/x" rel="sponsored nofollow noreferrer">', 'sponsored noreferrer nofollow ugc noopener'],
  ])('in a comment never speaks for the page: %s', (html, rel) => {
    expect(comment(html)).toBe(`<a href="/x" rel="${rel}"></a>`);
  });
});

describe('The alignment and the kind of a list', () => {
  it.each([
    ['<td style="text-align: right">1', '<td align="right">1</td>'],
    ['<th style="TEXT-ALIGN:Center;color:red">1', '<th align="center">1</th>'],
    ['<p style="text-align:justify !important;">x', '<p align="justify">x</p>'],
    ['<h2 style="color: red; text-align: center">x', '<h2 align="center">x</h2>'],
    ['<div style="text-align:left;text-align:right">x', '<div align="right">x</div>'],
    ['<p align="Right">x', '<p align="right">x</p>'],
    ['<p align="left" style="text-align:center">x', '<p align="center">x</p>'],
    ['<p align="left" style="color:red">x', '<p align="left">x</p>'],
    ['<ol style="list-style-type: upper-roman">', '<ol type="I"></ol>'],
    ['<ul type="disc" style="list-style-type:square">', '<ul type="square"></ul>'],
    ['<ol style="list-style-type:url(x)">', '<ol></ol>'],
    ['<td style="vertical-align:top;text-align:right">', '<td valign="top" align="right"></td>'],
    ['<img src="a" style="float:right;margin:9px">', '<img src="a" align="right" />'],
    ['<p style="float:right;constructor:x">x', '<p>x</p>'],
    ['<p style="text-align:start">x', '<p>x</p>'],
    ['<p style="text-align:url(javascript:x)">x', '<p>x</p>'],
    ['<p style="position:fixed;inset:0">x', '<p>x</p>'],
    ['<p align="x y">x', '<p>x</p>'],
    ['<span style="text-align:right">x', '<span>x</span>'],
    ['<img align="left" src="a">', '<img align="left" src="a" />'],
    [
      '<table align="center"><tr valign="top"><td valign="MIDDLE">',
      '<table align="center"><tr valign="top"><td valign="middle"></td></tr></table>',
    ],
    ['<hr align="left"><br clear="all">', '<hr align="left" /><br clear="all" />'],
  ])('of %s stays', (html, written) => {
    expect(post(html)).toBe(written);
  });

  it('of the columns of a Markdown table stays, in the header and in the rows', () => {
    expect(markdown('|a|b|c|d|\n|-|:-|:-:|-:|\n|1|2|3|4|')).toBe(
      '<table><thead><tr><th>a</th><th align="left">b</th><th align="center">c</th><th align="right">d</th></tr></thead>' +
        '<tbody><tr><td>1</td><td align="left">2</td><td align="center">3</td><td align="right">4</td></tr></tbody></table>\n',
    );
  });
});

describe('The attributes of lists, tables and edits', () => {
  it.each([
    [
      '<ol start="3" type="a" reversed><li value="7">',
      '<ol start="3" type="a" reversed><li value="7"></li></ol>',
    ],
    ['<li value="-2">', '<li value="-2"></li>'],
    ['<li value="x">', '<li></li>'],
    ['<ul type="square">', '<ul type="square"></ul>'],
    [
      '<table><colgroup span="2"><col span="2" align="right"></colgroup>',
      '<table><colgroup span="2"><col span="2" align="right" /></colgroup></table>',
    ],
    ['<col span="1e9">', '<col />'],
    ['<th abbr="No." scope="col">', '<th abbr="No." scope="col"></th>'],
    ['<del cite="/a" datetime="2020-01-02">x</del>', '<del cite="/a" datetime="2020-01-02">x</del>'],
    ['<ins cite="javascript:x" datetime="2020">x', '<ins datetime="2020">x</ins>'],
    ['<q cite="//a.example/b">x</q>', '<q cite="//a.example/b">x</q>'],
  ])('of %s stay', (html, written) => {
    expect(post(html)).toBe(written);
  });
});

describe('An address without a scheme', () => {
  it.each([
    ['<img src="//c.example/a.jpg">', '<img src="//c.example/a.jpg" />'],
    ['<a href="//c.example/">x</a>', '<a href="//c.example/">x</a>'],
    ['<a href=" //c.example/ ">x</a>', '<a href=" //c.example/ ">x</a>'],
    [
      '<img srcset="//c.example/a.jpg 1x, //c.example/b.jpg 2x">',
      '<img srcset="//c.example/a.jpg 1x, //c.example/b.jpg 2x" />',
    ],
    ['<blockquote cite="//c.example/">x', '<blockquote cite="//c.example/">x</blockquote>'],
    [
      '<video src="//c.example/a.mp4" poster="//c.example/a.jpg">',
      '<video src="//c.example/a.mp4" poster="//c.example/a.jpg"></video>',
    ],
    ['<img src="///c.example/a.jpg">', '<img />'],
    ['<img src="/\\c.example/a.jpg">', '<img />'],
  ])('leads where the page is from: %s', (html, written) => {
    expect(post(html)).toBe(written);
  });

  it('stays in Markdown and in comments', () => {
    expect(markdown('![a](//c.example/a.jpg)')).toBe('<p><img src="//c.example/a.jpg" alt="a" /></p>\n');
    expect(comment('<a href="//c.example/">x</a>')).toBe(
      '<a href="//c.example/" rel="nofollow ugc noopener">x</a>',
    );
  });
});

describe('A place in a body', () => {
  it.each([
    ['<a name="n1"></a><a href="#n1">x</a>', '<a id="user-content-n1"></a><a href="#user-content-n1">x</a>'],
    ['<a id="a" name="a">', '<a id="user-content-a"></a>'],
    ['<a id="a" name="b">', '<a id="user-content-a" name="user-content-b"></a>'],
    ['<a name="">x', '<a>x</a>'],
    ['<a href=" #n1">', '<a href="#user-content-n1"></a>'],
    [
      '<a href="#caf%C3%A9"><p id="café">',
      '<a href="#user-content-caf%C3%A9"><p id="user-content-café"></p></a>',
    ],
    ['<a href="#">', '<a href="#"></a>'],
    ['<a href="#top">', '<a href="#top"></a>'],
    ['<a href="#topic">', '<a href="#user-content-topic"></a>'],
    ['<a href="#:~:text=word">', '<a href="#:~:text=word"></a>'],
    ['<a href="/other#n1">', '<a href="/other#n1"></a>'],
    ['<p name="x">y', '<p>y</p>'],
  ])('is found by its links: %s', (html, written) => {
    expect(post(html)).toBe(written);
  });
});

describe('White space between the parts of a list or a table', () => {
  it.each([
    ['<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>', '<ul><li>a</li><li>b</li></ul>'],
    [
      '<ul>\n  <li>a\n    <ul>\n      <li>b</li>\n    </ul>\n  </li>\n</ul>',
      '<ul><li>a\n    <ul><li>b</li></ul></li></ul>',
    ],
    ['<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>', '<dl><dt>a</dt><dd>b</dd></dl>'],
    ['<table>\n<tr>\n<td>1</td>\n</tr>\n</table>', '<table><tr><td>1</td></tr></table>'],
    ['<li>\n<p>a</p>\n<p>b</p>\n</li>', '<li><p>a</p><p>b</p></li>'],
    ['<li><b>a</b> <i>b</i></li>', '<li><b>a</b> <i>b</i></li>'],
    ['<ul>a <b>b</b> <i>c</i></ul>', '<ul>a <b>b</b> <i>c</i></ul>'],
    ['<ul>\n\u00a0<li>a</li></ul>', '<ul>\n\u00a0<li>a</li></ul>'],
    ['<td><pre>\n\n a</pre></td>', '<td><pre>\n\n a</pre></td>'],
    ['<p>a</p>\n<p>b</p>', '<p>a</p>\n<p>b</p>'],
  ])('is no text: %j', (html, written) => {
    expect(post(html)).toBe(written);
  });

  it('of Markdown neither', () => {
    expect(markdown('- a\n- b\n  1. c\n\n  d')).toBe(
      '<ul><li><p>a</p></li><li><p>b</p><ol><li>c</li></ol><p>d</p></li></ul>\n',
    );
  });
});

describe('A block that a policy does not permit', () => {
  it.each([
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b<br />c'],
    ['<table>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</table>x', '\n\na\nb\n\n<br />x'],
    ['<dl><dt>a</dt><dd>b</dd></dl><p>c</p>', 'a<br />b<p>c</p>'],
    ['a<h2>b</h2>c', 'a<br />b<br />c'],
    ['<b>a</b><div>b</div><i>c</i>', '<b>a</b><br />b<br /><i>c</i>'],
    ['<p>a</p><div>b</div>', '<p>a</p>b'],
    ['a<br><div>b', 'a<br />b'],
    ['<pre>a<div>b</div></pre>', '<pre>a\nb</pre>'],
    ['a<span>b</span><img src="x">c', 'abc'],
    ['a<div></div>', 'a'],
  ])('leaves its words apart: %s', (html, written) => {
    expect(comment(html)).toBe(written);
    expect(comment(written)).toBe(written);
  });

  it('separates words in a post, too', () => {
    expect(post('<form><fieldset>a</fieldset><fieldset>b</fieldset></form>')).toBe('a<br />b');
  });

  it.each([
    ['<table><td>a</table>', 'a table is shown as plain text'],
    ['<dl><dt>a</dl>', 'a list of definitions is shown as plain text'],
    ['<h3>a</h3>', 'a heading is shown as plain text'],
    ['<img src="/a.png">', 'an image was left out'],
  ])('is noted in a comment, and shown in a post: %s', (html, note) => {
    const notes = new Set<string>();
    sanitize(html, RICH_POLICY, { notes });
    expect([...notes]).toEqual([]);
    sanitize(html, PLAIN_POLICY, { notes });
    expect([...notes]).toEqual([note]);
  });
});
