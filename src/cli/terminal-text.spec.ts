import { describe, expect, it } from '@jest/globals';
import { printable, printableJson, printableLines } from './terminal-text.js';

const CONTROLS = [
  ...[
    '\u001b[31m',
    '\u009b31m',
    '\u202e',
    '\u2066',
    '\u061c',
    '\u2028',
    '\u2029',
    '\u200b',
    '\u200d',
    '\u200f',
  ],
  ...['\ufeff', '\u2060', '\u{e0001}', '\u{e0041}', '\u{e007f}', '\r', '\n', '\ud83d'],
];

describe('A text for a terminal', () => {
  it.each(CONTROLS.map((text) => [JSON.stringify(text), text]))('does not contain %s', (_name, text) => {
    expect(printable(`a${text}b`)).toMatch(/^a (?:\[?31m)?b$/);
    expect(printableLines(`a\n${text}\nb`).split('\n')[0]).toBe('a');
  });

  it('keeps every other character', () => {
    const text = 'Ünïcode 活字 نص 😀 “quoted” é';
    expect(printable(text)).toBe(text);
    expect(printableLines('one\n  two')).toBe('one\n  two');
  });

  it('is the same JSON with escapes', () => {
    const value = { text: CONTROLS.join('x') };
    const json = printableJson(JSON.stringify(value));
    expect(JSON.parse(json)).toEqual(value);
    expect(printable(json)).toBe(json);
  });
});
