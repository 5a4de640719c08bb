import { note } from '../platform/content/note.js';
import { META_LIMITS, type PostMeta } from '../posts/post-meta.format.js';
import { addNote, type Noted } from './notes.js';

/** The bytes that remain for the address of an image, which can follow when the rest of the file is read. */
const RESERVED_BYTES = 2100;
const MOST_BYTES = META_LIMITS.bytes - RESERVED_BYTES;
const MOST_NAMES = META_LIMITS.names - 1;

/** The name of the address of the featured image. */
export const FEATURED_IMAGE = 'featuredImage';

/** The length of the longest value that fits. A reader does not have to keep more of a value than one character more. */
export const LONGEST_VALUE = MOST_BYTES;

/** Collects the values that a post brings beside its body, and a note for each one that does not fit. */
export class MetaBuilder implements Noted {
  readonly notes: string[] = [];
  moreNotes = 0;
  private readonly values = new Map<string, string>();
  private bytes = 0;

  /** Adds a value. An empty one is none. */
  add(name: string, value: string): void {
    if (value === '') return;
    const why = this.whyNot(name, value);
    if (why) addNote(this, why);
    else this.keep(name, value);
  }

  meta(): PostMeta {
    return Object.fromEntries(this.values);
  }

  private keep(name: string, value: string): void {
    this.values.set(name, value);
    this.bytes += bytesOf(name, value);
  }

  private whyNot(name: string, value: string): string | undefined {
    if (this.values.has(name))
      return note`the value ${name} was not imported: another one has the same name; it is ${firstLine(value)}`;
    if (name.trim() === '' || [...name].length > META_LIMITS.nameLength)
      return note`the value ${name} was not imported: its name is blank or too long`;
    if (this.values.size >= MOST_NAMES)
      return note`the value ${name} was not imported: the post has more than ${MOST_NAMES} of them`;
    return this.bytes + bytesOf(name, value) > MOST_BYTES
      ? note`the value ${name} was not imported: all of them together have more than ${MOST_BYTES} bytes`
      : undefined;
  }
}

/** An enclosure of WordPress has its address in the first line. */
const firstLine = (value: string) => value.split(/[\r\n]/, 1)[0] ?? '';

const bytesOf = (name: string, value: string) => Buffer.byteLength(name) + Buffer.byteLength(value);
