/**
 * What determines the cost of Markdown in addition to its length. It is counted line by line, and the counts are
 * never too low.
 */
export interface Shape {
  /** The depth of nested lists and quotes. */
  depth: number;
  /**
   * The number of list markers, quote markers and table cells. Each row has as many cells as its table, even if its
   * line is short.
   */
  pieces: number;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const TAB_COLUMNS = 4;
/** Text that belongs to a list item is indented by at least this number of columns. */
const LEAST_INDENT = 2;

/** Counts in one pass. A line of code that looks like a list counts as a list. */
export function shapeOf(markdown: string): Shape {
  const shape = { depth: 0, pieces: 0 };
  let depth = 0;
  let columns = 0;
  for (let start = 0; start < markdown.length;) {
    const newline = markdown.indexOf('\n', start);
    const end = newline === -1 ? markdown.length : newline;
    const { indent, quotes, items, textAt } = readPrefix(markdown, start, end);
    const isBlank = textAt === end && quotes + items === 0;
    const kept = isBlank ? depth : Math.min(depth, quotes + Math.floor(indent / LEAST_INDENT));
    depth = kept + quotes + items;
    columns = isBlank ? 0 : columns || delimiterColumns(markdown, textAt, end);
    shape.depth = Math.max(shape.depth, depth);
    shape.pieces += quotes + items + columns;
    start = end + 1;
  }
  return shape;
}

interface Prefix {
  indent: number;
  quotes: number;
  items: number;
  textAt: number;
}

/** Reads the white space and the markers at the start of a line. */
function readPrefix(text: string, start: number, end: number): Prefix {
  const prefix: Prefix = { indent: 0, quotes: 0, items: 0, textAt: start };
  for (;;) {
    const at = prefix.textAt;
    const character = at < end ? text[at] : '';
    if (character === ' ') prefix.indent++;
    else if (character === '\t') prefix.indent += TAB_COLUMNS;
    else if (character === '>') prefix.quotes++;
    else {
      const marker = markerLength(text, at, end);
      if (marker === 0) return prefix;
      prefix.items++;
      prefix.textAt += marker - 1;
    }
    prefix.textAt++;
  }
}

const MOST_DIGITS = 9;

/** Returns the length of the list marker at this position, or 0 if there is none. */
function markerLength(text: string, at: number, end: number): number {
  let last = at;
  while (last < end && last - at < MOST_DIGITS && isDigit(text.charCodeAt(last))) last++;
  const marks = last > at ? '.)' : '-+*';
  if (last >= end || !marks.includes(text[last] as string)) return 0;
  const after = last + 1;
  return after === end || text[after] === ' ' || text[after] === '\t' ? after - at : 0;
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

/** The maximum number of columns of a table in md4c. */
const MOST_COLUMNS = 128;

/** Returns the number of columns if the line is the line of dashes below the header of a table, and otherwise 0. */
function delimiterColumns(text: string, start: number, end: number): number {
  let bars = 0;
  let dashes = 0;
  for (let at = start; at < end; at++) {
    const character = text[at] as string;
    if (!'|-: \t'.includes(character)) return 0;
    if (character === '|') bars++;
    if (character === '-') dashes++;
  }
  return bars === 0 || dashes === 0 ? 0 : Math.min(bars + 1, MOST_COLUMNS);
}

const OPENING_BRACKET = 0x5b;

/**
 * Returns the maximum number of opening brackets between two blank lines, which is an upper bound for each
 * paragraph. Brackets in code are counted, too.
 */
export function mostBrackets(markdown: string): number {
  let most = 0;
  let count = 0;
  let isBlank = true;
  for (let at = 0; at < markdown.length; at++) {
    const code = markdown.charCodeAt(at);
    if (code === NEWLINE) {
      if (isBlank) count = 0;
      isBlank = true;
    } else {
      if (code !== SPACE && code !== TAB) isBlank = false;
      if (code === OPENING_BRACKET) most = Math.max(most, ++count);
    }
  }
  return most;
}
