import { describe, expect, it } from '@jest/globals';
import { note, noteCount, noteKind, noteOfMore } from './note.js';

describe('A note', () => {
  it('quotes and shortens texts, and writes numbers as they are', () => {
    expect(note`the shortcodes ${['a', 'b']} of ${'x'.repeat(200)}: ${1200}`).toBe(
      `the shortcodes "a", "b" of "${'x'.repeat(100)}": 1,200`,
    );
    expect(note`nothing ${''}`).toBe('nothing ""');
  });

  it.each([
    [note`the card ${'a'} was left out`, note`the card ${'b "quoted" “x”'} was left out`],
    [note`the shortcodes ${['a', 'b']} were left out`, note`the shortcodes ${['c']} were left out`],
    [note`the names ${Array<string>(1220).fill('a')} are lost`, note`the names ${['a']} are lost`],
    ['comments: 3', 'comments: 1,234'],
    [note`its title is ${'a'.repeat(90)}`.slice(0, 50), note`its title is ${'b'.repeat(90)}`.slice(0, 50)],
  ])('is of the same kind as one that differs only in its texts: %s', (one, other) => {
    expect(noteKind(one)).toBe(noteKind(other));
  });

  it('is of another kind if its words differ', () => {
    expect(noteKind(note`the card ${'a'} is lost`)).not.toBe(noteKind(note`the atom ${'a'} is lost`));
  });
});

describe('A note that stands for further notes', () => {
  const notes = ['a', 'b (9 more: ', 'c'].map((name) => note`the value ${name} was not imported`);
  const more = noteOfMore(noteKind(notes[0] ?? ''), notes);

  it('counts as all of them, also where it is cut off', () => {
    expect(more).toBe('the value "…" was not imported (3 more: "a", "b (9 more: ", "c")');
    for (const text of [more, more.slice(0, -3), more.slice(0, -14)])
      expect([noteCount(text), noteKind(text)]).toEqual([3, 'the value "…" was not imported']);
  });

  it('is not one that a text of the file imitates', () => {
    for (const text of ['x (99 more)', 'x (99 more: ', '" (99 more: "y'])
      expect(noteCount(note`the value ${text} was not imported`)).toBe(1);
  });
});
