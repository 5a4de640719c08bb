import { characterOfByte, isMarkedByte, markedByte } from '../lenient-text.js';
import type { LineAndColumn, RepairLog } from './repairs.js';
import { positionAt } from './positions.js';
import { LONGEST_REFERENCE, readReference, spaceOf } from './xml-references.js';

/** The parts of XML whose text has its own rules. */
type Part = 'markup' | 'cdata' | 'comment' | 'instruction';

/** Characters that XML 1.0 does not allow. Lone surrogates stand for bytes that are not UTF-8. */
const FORBIDDEN = '[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]';

/** Whether a text can contain one of them. It is faster than a search for all tokens. */
// eslint-disable-next-line no-control-regex -- they are what it is about
const SUSPECT = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\udc80-\udcff]/;

/** The end of each part, and in markup what starts another part or can need a repair. */
const TOKENS: Record<Part, string> = {
  markup: '&|<!\\[CDATA\\[|<!--|<\\?|<(?![A-Za-z_:\\u0080-\\uffff/!])',
  cdata: '\\]\\]>',
  comment: '-->',
  instruction: '\\?>',
};

const patterns = (more: string): Record<Part, RegExp> => ({
  markup: new RegExp(TOKENS.markup + more, 'g'),
  cdata: new RegExp(TOKENS.cdata + more, 'g'),
  comment: new RegExp(TOKENS.comment + more, 'g'),
  instruction: new RegExp(TOKENS.instruction + more, 'g'),
});
const OF_CLEAN = patterns('');
const OF_SUSPECT = patterns(`|${FORBIDDEN}`);

const NEXT: ReadonlyMap<string, Part> = new Map([
  ['<![CDATA[', 'cdata'],
  ['<!--', 'comment'],
  ['<?', 'instruction'],
  [']]>', 'markup'],
  ['-->', 'markup'],
  ['?>', 'markup'],
]);

/** The end of a chunk that becomes a token with the next chunk. */
const UNFINISHED: Record<Part, RegExp> = {
  markup: /(?:<(?:![-[A-Z]{0,6})?|&[#\dA-Za-z]*)$/,
  cdata: /\]{1,2}$/,
  comment: /-{1,2}$/,
  instruction: /\?$/,
};

/**
 * Turns text that is almost XML into XML, chunk by chunk. It repairs what WordPress writes and also reads: control
 * characters, bytes of another encoding, entities of HTML, and `&` and `<` without a meaning. Everything else stays
 * as it is. The result does not depend on the borders of the chunks.
 */
export class XmlRepairs {
  private part: Part = 'markup';
  private rest = '';
  /** The position of the rest in the file, which repairs before it do not change. */
  private start: LineAndColumn = { line: 1, column: 1 };

  constructor(private readonly log: RepairLog) {}

  /** Counts lines of the file that no call receives. */
  skip(lines: number): void {
    this.start = { ...this.start, line: this.start.line + lines };
  }

  /** Returns the repaired text up to the last complete token. */
  write(chunk: string): string {
    return this.repaired(this.rest + chunk, false);
  }

  /** Returns the rest of the text. */
  end(): string {
    return this.repaired(this.rest, true);
  }

  private repaired(text: string, isLast: boolean): string {
    const { start } = this;
    const tokens = SUSPECT.test(text) ? OF_SUSPECT : OF_CLEAN;
    let repaired = '';
    let copied = 0;
    let read = 0;
    for (let token = this.next(tokens, text, read); token; token = this.next(tokens, text, read)) {
      const { 0: found, index } = token;
      const part = NEXT.get(found);
      if (!part && !isLast && isUnfinished(text, index)) break;
      if (part) this.part = part;
      const { length, replacement } = part ? { length: found.length } : this.repair(text, index, start);
      read = index + length;
      if (replacement === undefined) continue;
      repaired += text.slice(copied, index) + replacement;
      copied = read;
    }
    const end = isLast ? text.length : this.unfinished(text, read);
    this.rest = text.slice(end);
    this.start = positionAt(text, end, start);
    return repaired + text.slice(copied, end);
  }

  private next(tokens: Record<Part, RegExp>, text: string, from: number): RegExpExecArray | null {
    const pattern = tokens[this.part];
    pattern.lastIndex = from;
    return pattern.exec(text);
  }

  /** Returns the start of what the next chunk can continue. */
  private unfinished(text: string, from: number): number {
    const tail = Math.max(from, text.length - LONGEST_REFERENCE);
    const at = UNFINISHED[this.part].exec(text.slice(tail))?.index;
    const end = at === undefined ? text.length : tail + at;
    return text[end - 1] === '\r' ? end - 1 : end; // The next character can be the other half of the end of the line.
  }

  private repair(text: string, index: number, start: LineAndColumn) {
    const place = () => positionAt(text, index, start);
    if (text[index] === '&') {
      const { length, repair } = readReference(text, index);
      if (!repair) return { length };
      this.log.add(repair.fault, repair.example, place);
      return { length, replacement: repair.text };
    }
    if (text[index] === '<') {
      this.log.add('bracket', '<', place);
      return { length: 1, replacement: '&lt;' };
    }
    const code = text.charCodeAt(index);
    if (isMarkedByte(code)) {
      const byte = markedByte(code);
      this.log.add('byte', `0x${byte.toString(16)}`, place);
      return { length: 1, replacement: characterOfByte(byte) };
    }
    this.log.add('character', `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, place);
    return { length: 1, replacement: spaceOf(code) };
  }
}

/** Tells whether the rest of the text is the beginning of a reference, or a `<` that is its last character. */
const isUnfinished = (text: string, index: number) =>
  text.length - index < LONGEST_REFERENCE && /^(?:<|&[#\dA-Za-z]*)$/.test(text.slice(index));
