import { describe, expect, it } from '@jest/globals';
import { fileOf, readAll, wxr, wxrItem } from '../../../test/support/import-files.js';
import { MAX_READ_NOTES } from '../import.limits.js';
import { WxrElement, NO_ATTRIBUTES } from './wxr-element.js';
import { wxrName } from './wxr-names.js';

const read = (channel: string) => readAll(fileOf(wxr(channel)));
const many = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n)).join('');

describe('A WordPress export with more of something than anybody writes', () => {
  it('does not repeat a long namespace in the name of each element', async () => {
    const uri = `http://x.example/${'a'.repeat(900)}`;
    expect(wxrName({ uri, prefix: '', local: 'own' })).toBe(`{${uri.slice(0, 100)}…}own`);
    expect(wxrName({ uri, prefix: 'wp', local: 'own' })).toBe(`{${uri.slice(0, 100)}…}wp:own`);
    expect(wxrName({ uri, prefix: 'p'.repeat(5000), local: 'own' })).toBe(`${'p'.repeat(100)}…:own`);
    const emoji = `${'a'.repeat(99)}\u{1f600}`;
    expect(wxrName({ uri: emoji, prefix: '', local: 'own' }).isWellFormed()).toBe(true);
    const version = `http://wordpress.org/export/${'1'.repeat(100)}.0/`;
    expect(wxrName({ uri: version, prefix: 'wp', local: 'post_id' })).toMatch(/^\{http.*…\}wp:post_id$/);
    const { omitted } = await read(
      wxrItem({}, `<x xmlns="${uri}"/><y xmlns="${uri}">${'<z/>'.repeat(3)}1</y>`),
    );
    expect(omitted).toMatchObject([{ kind: 'post', field: `{${uri.slice(0, 100)}…}y`, count: 1 }]);
    await expect(read(wxrItem({}, `<x xmlns:p="${uri}${'a'.repeat(100)}"/>`))).rejects.toThrow(
      'the address of a namespace is longer than 1,000 characters',
    );
  });

  it('counts the names of an item and does not keep a list of them', () => {
    const item = new WxrElement('item', NO_ATTRIBUTES, 1);
    const some = (name: string) => {
      const child = new WxrElement(name, NO_ATTRIBUTES, 1);
      child.add('x');
      return child;
    };
    for (let n = 0; n < 3000; n += 1) item.pass(some(n % 2 ? 'x:same' : `x:${n}`));
    item.pass(some(`x:${'y'.repeat(5000)}`));
    const fields = [...item.leftOver()];
    expect(fields).toHaveLength(501);
    expect(fields).toContainEqual(['x:same', 1500]);
    expect(fields.at(-1)).toEqual(['other fields', 1002]);
  });

  it('takes a time in proportion to its size if a field has no name and any number of values', async () => {
    const values = '<wp:meta_value>x</wp:meta_value>'.repeat(40_000);
    const sections = `<wp:meta_value>${'<![CDATA[x]]>'.repeat(40_000)}</wp:meta_value>`;
    const { posts } = await read(
      wxrItem(
        {},
        `<wp:postmeta>${values}</wp:postmeta><wp:postmeta>${'<title/>'.repeat(40_000)}${sections}</wp:postmeta>`,
      ),
    );
    expect(posts).toHaveLength(1);
  }, 10_000);

  it('reports some of the terms and fields of a post and the number of the others', async () => {
    const terms = many(130_000, (n) => `<category domain="t" nicename="a">${n}</category>`);
    const { posts } = await read(wxrItem({}, terms));
    expect(posts[0]?.moreNotes).toBe(130_000 - MAX_READ_NOTES);
    expect(posts[0]?.notes).toHaveLength(22);
    expect(posts[0]?.notes[20]).toContain(' (980 more: "');
    expect(posts[0]?.notes[21]).toBe('other reasons (129,000 more)');
  }, 20_000);

  it('reports the beginning of a long prefix', async () => {
    const prefix = `${'n'.repeat(99)}\u{20000}${'n'.repeat(5000)}`;
    const { repairs } = await read(wxrItem({}, `<${prefix}:a>x</${prefix}:a>`));
    expect(repairs).toMatchObject([{ kind: 'prefix', example: expect.stringMatching(/^n{99}\ufffd$/) }]);
  });
});
