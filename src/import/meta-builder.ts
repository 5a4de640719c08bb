import { META_LIMITS, type PostMeta } from '../posts/post-meta.format.js';

/** The bytes that remain for the address of an image, which can follow when the rest of the file is read. */
const RESERVED_BYTES = 2100;
const MOST_BYTES = META_LIMITS.bytes - RESERVED_BYTES;
const MOST_NAMES = META_LIMITS.names - 1;

/** The name of the address of the featured image. */
export const FEATURED_IMAGE = 'featuredImage';

/** The length of the longest value that fits. A reader does not have to keep more of a value than one character more. */
export const LONGEST_VALUE = MOST_BYTES;

/** Collects the values that a post brings beside its body, and a note for each one that does not fit. */
export class MetaBuilder {
  readonly notes: string[] = [];
  private readonly values = new Map<string, string>();
  private bytes = 0;

  /** Adds a value. An empty one is none. */
  add(name: string, value: string): void {
    if (value === '') return;
    const why = this.whyNot(name, value);
    if (why) this.notes.push(`the value "${name.slice(0, 100)}" was not imported: ${why}`);
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
    if (this.values.has(name)) return 'another one has the same name';
    if (name.trim() === '' || [...name].length > META_LIMITS.nameLength)
      return 'its name is blank or too long';
    if (this.values.size >= MOST_NAMES) return `the post has more than ${MOST_NAMES} of them`;
    return this.bytes + bytesOf(name, value) > MOST_BYTES
      ? `all of them together have more than ${MOST_BYTES} bytes`
      : undefined;
  }
}

const bytesOf = (name: string, value: string) => Buffer.byteLength(name) + Buffer.byteLength(value);
