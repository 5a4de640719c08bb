import { cut } from '../text.js';
import { lineBreaksIn, positionAt } from './positions.js';
import type { RepairLog } from './repairs.js';

/** What can stand before the XML, for example the warnings of a PHP server. A file with more of it is no export. */
export const LONGEST_PREAMBLE = 16_384;

/** The beginning of an export. */
export const XML_START = /<(?:\?xml|rss)[\s>]/;

/** Beginnings that are left to the parser, with its own messages about faults. */
const STARTS_AT_ONCE = /^\s*<(?:\?xml|rss|!)/;

/** Removes what stands before the XML of a file. */
export class Preamble {
  /** The text so far, or undefined after the beginning was found. */
  private held: string | undefined = '';

  constructor(private readonly log: RepairLog) {}

  /** Returns the text without a preamble, and the number of lines that were removed from it. */
  write(chunk: string, isLast = false): { text: string; lines: number } {
    if (this.held === undefined) return { text: chunk, lines: 0 };
    this.held += chunk;
    const start = this.startOf(this.held);
    if (start === undefined && !isLast && this.held.length < LONGEST_PREAMBLE) return { text: '', lines: 0 };
    return this.release(this.held, start ?? leadingSpace(this.held));
  }

  private startOf(text: string): number | undefined {
    if (STARTS_AT_ONCE.test(text)) return leadingSpace(text);
    return XML_START.exec(text)?.index;
  }

  private release(text: string, start: number): { text: string; lines: number } {
    const removed = text.slice(0, start);
    this.held = undefined;
    if (removed.trim() !== '') {
      const place = () => positionAt(removed, leadingSpace(removed), { line: 1, column: 1 });
      this.log.add('outside', cut(removed.trim(), 40), place);
    }
    return { text: text.slice(start), lines: lineBreaksIn(removed) };
  }
}

const leadingSpace = (text: string) => text.length - text.trimStart().length;
