import { expect, it } from '@jest/globals';
import { withAbsoluteAddresses } from './absolute-addresses.js';

const shown = (html: string) => withAbsoluteAddresses(html, 'https://www.example.com/posts/one');

it.each([
  ['<a href="/about?a=1&amp;b=2">x</a>', '<a href="https://www.example.com/about?a=1&amp;b=2">x</a>'],
  ['<a href="#note">x</a>', '<a href="https://www.example.com/posts/one#note">x</a>'],
  ['<img src="a.png" alt="b">', '<img src="https://www.example.com/posts/a.png" alt="b">'],
  ['<img src="//cdn.example/a.png">', '<img src="https://cdn.example/a.png">'],
  [
    '<img srcset="/a.png 1x, https://b.example/b.png 2x">',
    '<img srcset="https://www.example.com/a.png 1x, https://b.example/b.png 2x">',
  ],
])('%s does not depend on its page', (html, absolute) => {
  expect(shown(html)).toBe(absolute);
});

it.each([
  '<a href="mailto:ada@example.com">x</a>',
  '<a href="https://b.example/?q=&quot;">x</a>',
  '<p>a href="/text"</p>',
])('%s stays as it is', (html) => {
  expect(shown(html)).toBe(html);
});
