import { describe, expect, it } from '@jest/globals';
import { comparableGuid, originOf, siteOf } from './site.js';

describe('A site', () => {
  it.each([
    ['http://blog.example', 'blog.example'],
    ['https://blog.example/', 'blog.example'],
    ['https://www.Blog.Example//', 'blog.example'],
    ['https://blog.example./', 'blog.example'],
    ['http://blog.example:80', 'blog.example'],
    ['https://blog.example:443', 'blog.example'],
    ['http://blog.example:443', 'blog.example'],
    ['https://blog.example:8443', 'blog.example:8443'],
    ['https://blog.example/News/', 'blog.example/News'],
    ['blog.example', 'blog.example'],
    [' blog.example:8080/x ', 'blog.example:8080/x'],
    ['https://bücher.example', 'xn--bcher-kva.example'],
    ['http://localhost', 'localhost'],
  ])('is known by its host and path: %j', (address, name) => {
    expect(siteOf(address)?.name).toBe(name);
  });

  it.each(['', ' ', 'ftp://blog.example', 'https://', 'a b', '/path', '.'])('is none: %j', (address) => {
    expect(siteOf(address)).toBeNull();
  });

  it('has an address, which is secure unless it says otherwise', () => {
    expect(siteOf('blog.example/')?.url).toBe('https://blog.example');
    expect(siteOf('http://www.blog.example/x/')?.url).toBe('http://www.blog.example/x');
  });
});

describe('The origin of a post', () => {
  it.each([
    ['https://old.example/?p=12', { site: 'old.example', id: '12' }],
    ['http://www.old.example/blog/?page_id=12', { site: 'old.example/blog', id: '12' }],
    ['http://old.example/?post_type=page&#038;p=12', { site: 'old.example', id: '12' }],
    ['http://old.example/2005/01/hello/', null],
    ['a-guid', null],
    ['urn:uuid:1', null],
    ['', null],
  ])('is in its GUID: %j', (guid, origin) => {
    expect(originOf(guid)).toEqual(origin);
  });
});

describe('A GUID', () => {
  it.each([
    ['http://www.Old.example:80/?p=12', 'old.example/?p=12'],
    ['https://old.example/?post_type=page&#038;p=12', 'old.example/?post_type=page&p=12'],
    ['https://bücher.example/?p=12', 'xn--bcher-kva.example/?p=12'],
    ['http://old.example/2005/01/hello/', 'old.example/2005/01/hello/'],
    ['urn:uuid:1', 'urn:uuid:1'],
    ['tag:old.example,2005:12', 'tag:old.example,2005:12'],
    ['12', undefined],
    ['', undefined],
    [`https://old.example/${'a'.repeat(1000)}`, undefined],
  ])('is compared without what changes when a site moves to https or www: %j', (guid, compared) => {
    expect(comparableGuid(guid)).toBe(compared);
  });
});
