import { expect, it } from '@jest/globals';
import { OmittedFields } from './omitted-fields.js';

it('The fields that Galley does not have are limited, however many names a file contains', () => {
  const fields = new OmittedFields((field) => field === 'field 2');
  const names = Array.from({ length: 1000 }, (_, n) => `field ${n}`);
  for (const name of names) fields.add({ kind: 'post', key: '1', title: 'One' }, name);
  fields.addAll({ kind: 'post', key: '2', title: 'Two' }, [
    ['field 1', 1],
    ['field 2', 2],
    ['x'.repeat(5000), 1],
    ['other fields', 7],
  ]);
  const items = [...fields.items()].flatMap((item) => ('omitted' in item ? [item.omitted] : []));
  expect(items).toHaveLength(501);
  expect(items.slice(0, 2)).toEqual([
    { kind: 'other', field: 'other fields', count: 508, internal: false, key: '1', title: 'One' },
    { kind: 'post', field: 'field 1', count: 2, internal: false, key: '1', title: 'One' },
  ]);
  expect(items.at(-1)).toMatchObject({ field: 'field 2', count: 3 });
});

it('A field is counted once per value also where its name is cut within a character', () => {
  const fields = new OmittedFields(() => false);
  const names = [`${'a'.repeat(199)}\u{1f600}`, '\ud83d'];
  for (const name of names)
    for (let n = 0; n < 3; n += 1) fields.add({ kind: 'post', key: '1', title: '' }, name);
  const counts = [...fields.items()].flatMap((item) => ('omitted' in item ? [item.omitted.count] : []));
  expect(counts).toEqual([3, 3]);
});
