/** A line of text, as places in the source. */
export interface Line {
  start: number;
  /** The end of the text, without white space before a line end. */
  end: number;
  /** The start of the next line with text. */
  next: number;
  /** The number of line ends between this line and the next one. */
  lineEnds: number;
}

/** Divides text at line ends. White space around a line end, and blank lines, belong to the line end. */
export function* linesOf(source: string, from: number, to: number): Generator<Line, void, void> {
  const text = source.slice(from, to);
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const lineEnd = found === -1 ? text.length : found;
    let next = lineEnd;
    let lineEnds = 0;
    for (; isSpace(text[next]); next++) if (text[next] === '\n') lineEnds++;
    let end = lineEnd;
    while (lineEnds > 0 && end > start && isSpace(text[end - 1])) end--;
    yield { start: from + start, end: from + end, next: from + next, lineEnds };
    start = next;
  }
}

const SPACES: ReadonlySet<string | undefined> = new Set([' ', '\t', '\f', '\n']);
const isSpace = (character: string | undefined) => SPACES.has(character);
