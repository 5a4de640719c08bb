import { describe, expect, it } from '@jest/globals';
import {
  fileOf,
  ghost,
  ghostPost,
  readAll,
  type ReadResult,
  wxr,
  wxrComment,
  wxrItem,
  wxrMeta,
} from '../../test/support/import-files.js';
import { DEFAULT_PROVIDERS } from '../platform/content/embed-providers.js';
import { render } from '../platform/content/render.js';
import { POST_BODY } from '../posts/post.rendering.js';
import { ListedInMemory } from './listed-in-memory.js';
import { Tally } from './import.report.js';

/** More than the report has groups for posts. */
const MANY = 250;

/** Returns a text for each number of an item. No two are equal. */
const many = (text: (n: number) => string) => Array.from({ length: MANY }, (_, n) => text(n)).join('');

function groupsOf({ authors, posts, skipped }: ReadResult) {
  const tally = new Tally(new ListedInMemory());
  for (const { key, name, notes } of authors) tally.add('imported', 'author', key, name, notes);
  for (const { type, key, title, notes, body, bodyFormat: format, bodyDialect: dialect } of posts) {
    const shown = render({ kind: POST_BODY, body, format, dialect, providers: DEFAULT_PROVIDERS }).notes;
    tally.add('imported', type, key, title, [...notes, ...shown]);
  }
  for (const one of skipped) tally.skipped(one);
  return tally.report().groups;
}

/** Expects one group for each kind and reason, however many names the file contains. */
function expectFewGroups(groups: ReturnType<typeof groupsOf>, ...reasons: string[]) {
  const lines = groups.map(({ kind, reason, count }) => `${count} × ${kind}: ${reason}`);
  expect(lines.slice(30)).toEqual([]);
  for (const reason of reasons) {
    const count = Math.max(
      ...groups.filter((group) => group.reason.includes(reason)).map((one) => one.count),
    );
    expect([reason, count]).toEqual([reason, MANY]);
  }
}

describe('The reasons of an import differ only in what they quote', () => {
  it('from WordPress', async () => {
    const items = many((n) =>
      wxrItem(
        {
          'wp:post_id': `${n}`,
          'wp:status': `status-${n}`,
          'wp:post_date_gmt': `day ${n}`,
          'wp:post_modified_gmt': '2020-02-03 04:05:06',
          'dc:creator': `author-${n}`,
          'content:encoded': [
            `[shortcode_${n} a="b"] [gallery ids="${n}"] <!-- wp:dynamic/block-${n} /-->`,
            `<iframe src="https://host-${n}.example/"></iframe><object data="javascript:${n}"></object>`,
          ].join(''),
        },
        `<category domain="taxonomy-${n}" nicename="n${n}">Term "${n}"</category>${wxrMeta(
          [`field ${n}`, 'x'.repeat(20_000)],
          [`twice ${n}`, 'a'],
          [`twice ${n}`, 'b'],
        )}${wxrComment({ id: `${n}` })}${wxrComment({ id: `0${n}`, approved: `state-${n}` })}`,
      ),
    );
    const groups = groupsOf(await readAll(fileOf(wxr(items))));
    expectFewGroups(
      groups,
      ...[
        'its status is "…": imported as a draft',
        'has no date',
        '"…" is not a date',
        'shortcodes',
        'gallery',
      ],
      ...['blocks that', 'an embed of', 'an embed without a web address', 'the taxonomy', 'more than 14,284'],
      ...['another one has', 'not declared'],
    );
  });

  it('from Ghost', async () => {
    const rows = Array.from({ length: MANY }, (_, n) => n);
    const lexical = (n: number) =>
      JSON.stringify({
        root: { type: 'root', children: [{ type: `odd-${n}` }, { type: `o${n}`, text: 'x' }] },
      });
    const mobiledoc = (n: number) =>
      JSON.stringify({
        version: '0.3.1',
        ...{ markups: [], atoms: [[`atom-${n}`, 'x', {}]], cards: [[`card-${n}`, {}]] },
        sections: [[1, 'p', [[1, [], 0, 0]]], [10, 0], [1000 + n]],
      });
    const posts = rows.flatMap((n) => {
      const post = { feature_image: `data:${n}`, author_id: `gone-${n}`, created_at: `day ${n}` };
      return [
        ghostPost({
          ...post,
          id: `l${n}`,
          uuid: `l${n}`,
          html: '',
          lexical: lexical(n),
          visibility: `v-${n}`,
        }),
        ghostPost({ id: `m${n}`, uuid: `m${n}`, html: '', mobiledoc: mobiledoc(n), status: `status-${n}` }),
      ];
    });
    const posts_authors = rows.flatMap((n) =>
      [0, 1].map((order) => ({ post_id: `m${n}`, author_id: `a${n}-${order}`, sort_order: order })),
    );
    const users = rows.map((n) => ({ id: `u${n}`, email: `${n}@x.example`, status: `status-${n}` }));
    const groups = groupsOf(await readAll(fileOf(ghost({ posts, posts_authors, users }))));
    expectFewGroups(
      groups,
      ...[
        'not known; only',
        'not known and',
        'the card "…"',
        'a section of',
        'the co-author',
        'is not a URL',
      ],
      ...['is not a date', 'visible to', 'its status is "…": imported as a draft', 'without a password'],
    );
  });
});
