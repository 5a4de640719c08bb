import { describe, expect, it } from '@jest/globals';
import { keysOfLink, newAddress } from './addresses.js';
import type { PostAddresses } from './import.model.js';

const FROM: PostAddresses = {
  site: 'wordpress b.example/news',
  number: '1',
  roots: ['b.example/news'],
  formerRoots: ['old.example'],
  base: 'https://b.example/news/2010/01/first/',
  current: [],
  former: [],
};
const keys = (href: string) => keysOfLink(href, FROM)?.map((key) => key.replace(FROM.site, ''));

describe('A link', () => {
  it.each([
    ['https://b.example/news/a/', [' at /a']],
    ['https://b.example/newsletter/a/', undefined],
    ['https://b.example/', undefined],
    ['https://b.example/news', [' at /']],
    ['https://b.example/news/?p=7', [' post 7', ' at ?p=7']],
    ['https://b.example/news/a/?p=7', [' at /a']],
    ['https://b.example/news/?p=x', [' at /']],
    ['//b.example/news//2010//01/a/2/feed', [' at /2010/01/a/2', ' at /2010/01/a', ' at /a']],
    ['https://b.example:8080/news/a', undefined],
    ['http://old.example/?p=3', [' at //old.example?p=3']],
    ['http://old.example/a', [' at /a']],
    ['/news/%zz', [' at /%zz']],
    ['ftp://b.example/news/a', undefined],
    ['https://', undefined],
    ['#a', undefined],
    ['', undefined],
    [`/news/${'a'.repeat(2000)}`, undefined],
  ])('is an address of the site, or none: %s', (href, found) => {
    expect(keys(href)).toEqual(found);
  });

  it('is examined in linear time', () => {
    const hostile = ['/1', '1', '/', 'a/', '.html', '/feed', '%2f', '/archives/'].map((part) =>
      `/news/${part.repeat(2000)}`.slice(0, 1990),
    );
    const started = performance.now();
    for (let n = 0; n < 100; n++) for (const href of hostile) keysOfLink(href, FROM);
    expect(performance.now() - started).toBeLessThan(4000);
  });
});

describe('The new address', () => {
  it.each([
    ['/p/{slug}', '/a', '/p/%E6%97%A5%20%2F'],
    ['/p/{id}?x=1', '/a?y=2#z', '/p/7?x=1&y=2#user-content-z'],
    ['/#/p/{id}', '/a?y=2#z', '/#/p/7'],
    ['/p/{id}', '/?p=3&page_id=4&preview=true&replytocom=5#respond', '/p/7#respond'],
    ['/p/{id}', '/a#:~:text=b', '/p/7#:~:text=b'],
  ])('of %s keeps what belongs to the link %s', (template, href, address) => {
    expect(newAddress(template, { id: '7', slug: '日 /' }, href)).toBe(address);
  });
});
