/** The limits of a JSON text. */
export interface Bounds {
  depth: number;
  values: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSED_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSED_OBJECT = 0x7d;

/**
 * Returns the limit that a JSON text exceeds. It makes a single pass that stores nothing and stops at the first
 * exceeded limit, because `JSON.parse` uses a hundred times the memory of the text for brackets alone, creates a
 * shape for every new key, and cannot be stopped. Invalid JSON is counted at least as far as `JSON.parse` would
 * read it.
 */
export function exceeds(text: string, most: Bounds): keyof Bounds | undefined {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === CLOSED_OBJECT || character === CLOSED_LIST) depth -= 1;
    else if (character === COMMA || character === OPEN_OBJECT || character === OPEN_LIST) {
      values += 1;
      if (character !== COMMA) depth += 1;
      if (depth > most.depth) return 'depth';
      if (values > most.values) return 'values';
    }
  }
  return undefined;
}

/** Returns the end of the string that starts at `from`, or the end of the text if the string does not end. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text[first - 1] === '\\') first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}
