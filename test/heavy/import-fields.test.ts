import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImportReport } from '../../src/import/import.report.js';
import { explanation } from './import-fields/explained.ts';
import { Listed } from './import-fields/listed.ts';
import { sameName } from './import-fields/same.ts';
import { differences, shownBy } from './import-fields/shown.ts';
import { readWxr } from './import-fields/wxr-file.ts';

const WP = 'http://wordpress.org/export/1.2/';

const wxr = (channel: string) => `<rss xmlns:wp="${WP}">\n<channel>${channel}</channel></rss>`;

describe('the fields of a file', () => {
  it('have the names of their namespaces, whatever prefixes the file uses', () => {
    const [site, post] = readWxr(
      wxr(
        [
          '<x:author xmlns:x="http://x.example/"><x:id>1</x:id></x:author>',
          '<wp:author xmlns:wp="http://fake.example/"><wp:author_id>1</wp:author_id></wp:author>',
          `<item><post_id xmlns="${WP}">2</post_id><a:post_id xmlns:a="${WP}">3</a:post_id></item>`,
        ].join(''),
      ),
    );
    assert.deepEqual(
      site?.fields.map(({ name }) => name),
      ['x:author/x:id', '{http://fake.example/}wp:author/{http://fake.example/}wp:author_id'],
    );
    assert.equal(post?.id, '2');
    assert.deepEqual(
      post?.fields.map(({ name, value }) => `${name} ${value}`),
      ['wp:post_id 2', 'wp:post_id 3'],
    );
  });

  it('belong to the line of an item that has no id', () => {
    assert.equal(readWxr(wxr('\n\n<item><title>A</title></item>'))[1]?.id, 'line 4');
  });
});

describe('the report', () => {
  const [site] = readWxr(wxr('<cloud domain="a" port="80"/><cloud domain="b"/><link rel="hub"/>'));
  const listed = (...omitted: { kind: string; field: string; count: number }[]) => {
    const found = new Listed({ items: [], omitted } as unknown as ImportReport, new Map());
    return site?.fields.map((field) => found.has(field, site));
  };

  it('explains all that one element contains with one count', () => {
    assert.deepEqual(listed({ kind: 'site', field: 'cloud', count: 1 }), [true, true, false, false]);
  });

  it('explains a value by its own name', () => {
    const counts = [
      { kind: 'site', field: 'cloud', count: 2 },
      { kind: 'site', field: 'link@rel', count: 1 },
    ];
    assert.deepEqual(listed(...counts), [true, true, true, true]);
  });
});

describe('a text that is shown in another way', () => {
  const SONG = 'https://a.example/song.mp3';
  const line = `<p><a href="${SONG}">${SONG}</a></p>`;
  const player = `<audio src="${SONG}"></audio>`;
  const why = (body: string, before: string, after: string) => {
    const pages = [shownBy(before), shownBy(after)] as const;
    const files = new Set(['https://a.example/a.jpg']);
    return explanation({ id: '', kind: 'post', body }, differences(...pages), [...pages], [], files);
  };

  it('has a player in the place of an address, also beside a gallery', () => {
    assert.equal(why('', line, player), 'player');
    const gallery = '<img src="https://a.example/a.jpg"><p>A</p>';
    assert.equal(why('[gallery]', line, player + gallery), 'gallery');
    assert.equal(why('[gallery]', line, player + gallery.replace('a.jpg', 'b.jpg')), undefined);
  });

  it('may not lose another link or another text', () => {
    assert.equal(why('', line + line, player), undefined);
    assert.equal(why('', `${line}<p>Listen</p>`, player), undefined);
    assert.equal(
      why('', `<p>Listen to <a href="${SONG}">it</a></p>`, `<p>Listen to it</p>${player}`),
      undefined,
    );
  });
});

describe('the name of a tag', () => {
  it('has the same words in any case', () => {
    assert.ok(sameName('Mandarin  Poster', 'mandarin poster'));
    assert.ok(sameName('News &amp; Co', 'news & co'));
    assert.ok(!sameName('Mandarin Poster', 'MandarinPoster'));
  });
});
