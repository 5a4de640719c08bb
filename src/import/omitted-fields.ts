import { MOST_FIELDS, OTHER_FIELDS } from './field-counts.js';
import type { ImportItem, Omitted } from './import.model.js';
import { cut, owned } from './text.js';

const LONGEST_NAME = 200;
const LONGEST_TITLE = 200;

/** An item that has fields. */
export interface Bearer {
  kind: string;
  key: string;
  title: string;
}

/** Counts the values of a file for which Galley has no place, by the kind of the items and the name of the field. */
export class OmittedFields {
  private readonly kinds = new Map<string, Map<string, Omitted>>();
  private size = 0;

  /** @param isInternal which fields only the other system requires. They come last. */
  constructor(private readonly isInternal: (field: string) => boolean) {}

  add(bearer: Bearer, field: string, count = 1): void {
    this.fieldOf(bearer, cut(field, LONGEST_NAME)).count += count;
  }

  addAll(bearer: Bearer, fields: Iterable<[string, number]>): void {
    for (const [field, count] of fields)
      this.add(field === OTHER_FIELDS ? { ...bearer, kind: 'other' } : bearer, field, count);
  }

  /** Counts one value of each of these fields. */
  addEach(bearer: Bearer, fields: readonly string[]): void {
    for (const field of fields) this.add(bearer, field);
  }

  /** Yields the fields, those with the most values first. */
  *items(): Generator<ImportItem, void, void> {
    const all = [...this.kinds.values()].flatMap((fields) => [...fields.values()]);
    const rank = ({ internal }: Omitted) => Number(internal);
    for (const omitted of all.sort((a, b) => rank(a) - rank(b) || b.count - a.count)) yield { omitted };
  }

  private fieldOf(bearer: Bearer, field: string): Omitted {
    const kind = this.kinds.get(bearer.kind) ?? this.newKind(bearer.kind);
    const known = kind.get(field);
    if (known) return known;
    if (this.size >= MOST_FIELDS && field !== OTHER_FIELDS)
      return this.fieldOf({ ...bearer, kind: 'other' }, OTHER_FIELDS);
    this.size += 1;
    const omitted = {
      kind: bearer.kind,
      field: owned(field),
      count: 0,
      internal: this.isInternal(field),
      key: owned(cut(bearer.key, LONGEST_TITLE)),
      title: owned(cut(bearer.title, LONGEST_TITLE)),
    };
    kind.set(omitted.field, omitted);
    return omitted;
  }

  private newKind(kind: string): Map<string, Omitted> {
    const fields = new Map<string, Omitted>();
    this.kinds.set(kind, fields);
    return fields;
  }
}
