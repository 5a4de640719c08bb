import { note } from '../platform/content/note.js';
import type { ImportedTag, ImportItem } from './import.model.js';
import { owned } from './text.js';

/**
 * The tags of the file so far: one per name without regard to case, with the spelling and the slug of its first
 * occurrence.
 */
export class TagRegister {
  private readonly tags = new Map<string, ImportedTag>();
  private readonly merged = new Set<string>();
  /** Tags that were declared and not yet yielded. */
  private waiting = new Set<ImportedTag>();

  find(name: string): ImportedTag | undefined {
    return this.tags.get(nameKey(name));
  }

  /**
   * Registers a tag. Yields the tag if its name is new, and a skipped item once if its name is known with another slug
   * or description.
   */
  *add(tag: ImportedTag): Generator<ImportItem, ImportedTag, void> {
    const known = this.find(tag.name);
    if (known) {
      yield* this.merge(tag, known);
      return known;
    }
    const first = this.register(tag);
    yield { tag: first };
    return first;
  }

  /** Registers a tag, which `declared` yields. Until then, another declaration can complete it. */
  *declare(tag: ImportedTag): Generator<ImportItem, void, void> {
    const known = this.find(tag.name);
    if (!known) {
      this.waiting.add(this.register(tag));
      return;
    }
    if (this.waiting.has(known)) known.description ??= tag.description && owned(tag.description);
    yield* this.merge(tag, known);
  }

  /** Yields the tags that were declared since the last call. */
  *declared(): Generator<ImportItem, void, void> {
    if (this.waiting.size === 0) return;
    const tags = this.waiting;
    this.waiting = new Set();
    for (const tag of tags) yield { tag };
  }

  private *merge(tag: ImportedTag, known: ImportedTag): Generator<ImportItem, void, void> {
    const isOther = tag.slug !== null && tag.slug !== known.slug;
    const isDescribed = tag.description !== null && tag.description !== known.description;
    if (!isOther && !isDescribed) return;
    const variant = JSON.stringify([nameKey(tag.name), tag.slug, isDescribed]);
    if (this.merged.has(variant)) return;
    this.merged.add(owned(variant));
    yield { skipped: asMerged(tag, known, isOther) };
  }

  private register(tag: ImportedTag): ImportedTag {
    const first: ImportedTag = {
      name: owned(tag.name),
      slug: tag.slug && owned(tag.slug),
      description: tag.description && owned(tag.description),
    };
    this.tags.set(owned(nameKey(tag.name)), first);
    return first;
  }
}

/** Returns the same key for names of the same tag. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function asMerged(tag: ImportedTag, into: ImportedTag, isOther: boolean) {
  return {
    kind: 'tag',
    key: owned(tag.slug ?? tag.name),
    title: owned(tag.name),
    reason: isOther
      ? note`has the same name as the tag ${into.name} with the slug ${into.slug ?? ''}; the two were combined into that tag`
      : 'another tag has the same name, and its description was kept',
  };
}
