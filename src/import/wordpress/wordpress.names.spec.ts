import { describe, expect, it } from '@jest/globals';
import { namesOf } from './wordpress.names.js';

describe('The names of a post of WordPress', () => {
  it('are its number at the site of the file, and its GUID', () => {
    expect(namesOf('http://www.blog.example/?p=1', '1', 'blog.example', undefined)).toEqual({
      key: 'wordpress blog.example post 1',
      localKey: 'wordpress blog.example post 1',
      traces: {
        ...{ site: 'blog.example', namedSite: undefined, guid: 'blog.example/?p=1' },
        ...{ isUnsure: false, otherKeys: [], origin: undefined },
      },
    });
  });

  it('contain the number that it had at the site that the caller names', () => {
    expect(namesOf('http://old.example/?p=12', '57', 'new.example', 'old.example')).toMatchObject({
      key: 'wordpress old.example post 12',
      localKey: 'wordpress new.example post 57',
      traces: {
        isUnsure: true,
        otherKeys: ['wordpress old.example post 57', 'wordpress new.example post 57'],
      },
    });
  });

  it('contain the former number if the site was built again at the same address', () => {
    expect(namesOf('http://blog.example/?p=12', '57', 'blog.example', undefined)).toMatchObject({
      key: 'wordpress blog.example post 57',
      traces: { isUnsure: true, otherKeys: ['wordpress blog.example post 12'] },
    });
  });

  it('name the site where it was written, unless the caller names one', () => {
    const originOf = (named?: string) =>
      namesOf('http://old.example/?p=9', '1', 'blog.example', named).traces?.origin;
    expect(originOf()).toEqual({ site: 'old.example', key: 'wordpress old.example post 9' });
    expect(originOf('blog.example')).toBeUndefined();
  });

  it('belong to the site that the caller names if the file names none', () => {
    expect(namesOf('', '1', '', 'blog.example')).toMatchObject({
      ...{ key: 'wordpress blog.example post 1', localKey: 'wordpress blog.example post 1' },
      traces: { isUnsure: false },
    });
  });
});
