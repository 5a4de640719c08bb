import { describe, expect, it } from '@jest/globals';
import { plainText } from './plain-text.js';

describe('Plain text of HTML', () => {
  it.each([
    ['Tom &amp; Jerry', 'Tom & Jerry'],
    ['It&#8217;s &lt;b&gt;', 'It’s <b>'],
    ['&amp;lt;', '&lt;'],
    ['With <em>emphasis</em> and H<sub>2</sub>O', 'With emphasis and H2O'],
    ['One<br>two<p>three</p>four', 'One two three four'],
    ['1 < 2 & 3 > 2', '1 < 2 & 3 > 2'],
    ['~`!@#$%^&*()-_=+{}[]/\\;:\'"?,.>', '~`!@#$%^&*()-_=+{}[]/\\;:\'"?,.>'],
    ['  two\n lines ', 'two lines'],
    ['a<script>1 < 2 && "</b>"</script>b<style>p{}</style>c', 'abc'],
    ['<select><option>one<option>two</select>after', 'after'],
    ['a <!-- b --> c <?d?> e <![CDATA[f]]>', 'a c e'],
    ['cut <a href="', 'cut'],
    ['', ''],
  ])('of %j is %j', (html, text) => {
    expect(plainText(html)).toBe(text);
  });
});
