/** What a JSON text may hold at most. */
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
 * Which bound a JSON text is beyond, by one pass that keeps nothing and ends where that is known: `JSON.parse`
 * takes a hundred times the memory of the text for brackets alone, makes a shape for every new key, and cannot be
 * stopped. Text that is no JSON is counted as far as `JSON.parse` would read it, or further.
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

/** Where the string that begins at `from` ends; the end of the text where it does not. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text[first - 1] === '\\') first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}
