import { owned } from './text.js';

/** A file can contain any number of names. Further ones are counted together. */
export const MOST_FIELDS = 500;
export const OTHER_FIELDS = 'other fields';

const LONGEST_NAME = 200;

/** The numbers of values by the names of their fields. */
export class FieldCounts {
  private readonly counts = new Map<string, number>();

  add(name: string, count = 1): void {
    const field = shortened(name);
    const known = this.counts.get(field);
    if (known !== undefined) this.counts.set(field, known + count);
    else if (this.counts.size < MOST_FIELDS) this.counts.set(owned(field), count);
    else this.counts.set(OTHER_FIELDS, (this.counts.get(OTHER_FIELDS) ?? 0) + count);
  }

  [Symbol.iterator](): Iterator<[string, number]> {
    return this.counts.entries();
  }
}

const shortened = (name: string) =>
  name.length > LONGEST_NAME ? name.slice(0, LONGEST_NAME).toWellFormed() : name;
