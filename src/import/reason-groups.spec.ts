import { describe, expect, it } from '@jest/globals';
import { note } from '../platform/content/note.js';
import { ReasonGroups } from './reason-groups.js';
import type { ListedItem } from './listed-item.js';

type Listed = readonly [outcome: ListedItem['outcome'], kind: string, ...reasons: string[]];

function groupsOf(...items: Listed[]) {
  const groups = new ReasonGroups();
  for (const [n, [outcome, kind, ...reasons]] of items.entries()) {
    groups.add({ outcome, kind, key: `${n}`, title: `Item ${n}`, reasons });
  }
  return groups.all();
}

describe('The groups of a report', () => {
  it('have what readers miss first, and menus last', () => {
    const groups = groupsOf(
      ...Array.from({ length: 100 }, () => ['skipped', 'nav_menu_item', 'menus are not imported'] as const),
      ['skipped', 'attachment', 'media files are not imported'],
      ['skipped', 'wp_block', 'the type "wp_block" is not imported'],
      ['imported', 'tag', 'the slug changed'],
      ['imported', 'post', 'the featured image was not imported'],
      ['imported', 'post', 'the featured image was not imported', 'private: imported as a draft'],
      ['skipped', 'comment', 'its post was deleted'],
    );
    expect(groups.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
      ['post', 'private: imported as a draft', 1],
      ['post', 'the featured image was not imported', 2],
      ['comment', 'its post was deleted', 1],
      ['tag', 'the slug changed', 1],
      ['wp_block', 'the type "wp_block" is not imported', 1],
      ['attachment', 'media files are not imported', 1],
      ['nav_menu_item', 'menus are not imported', 100],
    ]);
  });

  it('have what a post has lost before links that stay as they are, whatever their number', () => {
    const groups = groupsOf(
      ['imported', 'post', 'the link "/a" to the imported post "a" keeps its address'],
      ['imported', 'post', 'the link "/b" to the imported post "b" keeps its address'],
      ['imported', 'post', 'links to pages and files of the former site that were not imported: 2'],
      ['imported', 'post', 'links to pages and files of the former site that were not imported: 3'],
      ['imported', 'post', 'the slug "a" is taken; imported with the slug "a-2"'],
      ['imported', 'post', 'a script was left out'],
      ['skipped', 'post', 'its number is another one'],
    );
    expect(groups.slice(0, 2).map(({ reason }) => reason)).toEqual([
      'its number is another one',
      'a script was left out',
    ]);
  });

  it('join reasons that differ only in names, and name the first items', () => {
    const groups = groupsOf(
      ['imported', 'post', 'the slug "a" is taken; imported with the slug "a-2"'],
      ['imported', 'post', 'the slug "b" is taken; imported with the slug "b-2"'],
      ['imported', 'post', 'the slug "c" is taken; imported with the slug "c-2"'],
      ['imported', 'post', 'the slug "d" is taken; imported with the slug "d-2"'],
    );
    expect(groups).toEqual([
      {
        outcome: 'imported',
        kind: 'post',
        reason: 'the slug "…" is taken; imported with the slug "…"',
        count: 4,
        examples: ['a', 'b', 'c'].map((slug, n) => ({
          key: `${n}`,
          title: `Item ${n}`,
          reason: note`the slug ${slug} is taken; imported with the slug ${`${slug}-2`}`,
        })),
      },
    ]);
  });

  it('quote the name where it is one', () => {
    expect(groupsOf(['skipped', 'comment', 'its status is "spam"'])).toMatchObject([
      { reason: 'its status is "spam"', count: 1 },
    ]);
  });

  it('always name what is not public any more, and what is lost of posts', () => {
    const groups = groupsOf(
      ...Array.from({ length: 1000 }, (_, n) => ['skipped', `kind-${n}`, 'is not imported'] as const),
      ...Array.from({ length: 1000 }, (_, n) => ['imported', 'post', `reason ${n} of posts`] as const),
      ['imported', 'post', 'its status is "odd": imported as a draft'],
      ['imported', 'post', 'trash: imported as archived'],
    );
    expect(groups.slice(0, 2).map(({ reason }) => reason)).toEqual([
      'its status is "odd": imported as a draft',
      'trash: imported as archived',
    ]);
    expect(groups.filter(({ kind }) => kind === 'post')).toHaveLength(202);
  });

  it('are limited, whatever the file contains', () => {
    const groups = groupsOf(
      ...Array.from({ length: 1000 }, (_, n) => ['skipped', `kind-${n}`, 'is not imported'] as const),
    );
    expect(groups).toHaveLength(201);
    expect(groups.find(({ kind }) => kind === 'other')).toMatchObject({
      reason: 'other reasons',
      count: 800,
    });
  });
});
