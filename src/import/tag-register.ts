import type { ImportedTag, ImportItem } from './import.model.js';
import { owned } from './text.js';

/**
 * The tags of the file so far: one per name without regard to case, with the spelling and the slug of its first
 * occurrence.
 */
export class TagRegister {
  private readonly tags = new Map<string, ImportedTag>();
  private readonly merged = new Set<string>();

  find(name: string): ImportedTag | undefined {
    return this.tags.get(nameKey(name));
  }

  /**
   * Registers a tag. Yields the tag if its name is new, and a skipped item once per slug if its name is known with
   * another slug.
   */
  *add(tag: ImportedTag): Generator<ImportItem, ImportedTag, void> {
    const known = this.find(tag.name);
    if (known) {
      const variant = JSON.stringify([nameKey(tag.name), tag.slug]);
      if (tag.slug && tag.slug !== known.slug && !this.merged.has(variant)) {
        this.merged.add(owned(variant));
        yield { skipped: asMerged(tag, known) };
      }
      return known;
    }
    const first: ImportedTag = {
      name: owned(tag.name),
      slug: tag.slug && owned(tag.slug),
      description: tag.description && owned(tag.description),
    };
    this.tags.set(owned(nameKey(tag.name)), first);
    yield { tag: first };
    return first;
  }
}

/** Returns the same key for names of the same tag. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function asMerged(tag: ImportedTag, into: ImportedTag) {
  return {
    kind: 'tag',
    key: owned(tag.slug ?? tag.name),
    title: owned(tag.name),
    reason: `has the same name as the tag "${into.name}" (${into.slug ?? 'no slug'}); the two were combined into that tag`,
  };
}
