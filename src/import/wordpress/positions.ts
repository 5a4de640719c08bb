import type { LineAndColumn } from './repairs.js';

/** Returns the position of a character of a text that begins at `start`. */
export function positionAt(text: string, index: number, start: LineAndColumn): LineAndColumn {
  const before = text.slice(0, index);
  return { line: start.line + lineBreaksIn(before), column: columnAfter(before, start.column) };
}

/** Counts the ends of lines: LF, CR, and CR LF as one. */
export function lineBreaksIn(text: string): number {
  let count = text.includes('\r') ? (text.match(/\r(?!\n)/g)?.length ?? 0) : 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Returns the column after a text that begins at `column`. */
function columnAfter(text: string, column: number): number {
  const line = text.slice(text.lastIndexOf('\n') + 1);
  const end = line.slice(line.lastIndexOf('\r') + 1);
  return end.length === text.length ? column + end.length : end.length + 1;
}
