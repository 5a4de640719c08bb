import { Injectable } from '@nestjs/common';
import { note } from '../platform/content/note.js';
import { TagsService } from '../tags/tags.service.js';
import type { ImportRun } from './import-run.js';
import type { ImportedTag } from './import.model.js';

/** Finds or creates tags by name, and stores their ids for the posts that follow. */
@Injectable()
export class TagsWriter {
  constructor(private readonly tags: TagsService) {}

  async write(tags: ImportedTag[], run: ImportRun): Promise<void> {
    if (tags.length === 0) return;
    const given = new Map(tags.map(({ name, slug }) => [name, slug]));
    for (const [name, { id, slug, isNew }] of await this.tags.import(tags)) {
      run.tags.set(name, id);
      run.tally.add(
        isNew ? 'imported' : 'present',
        'tag',
        name,
        name,
        renaming(given.get(name), slug, isNew),
      );
    }
  }
}

function renaming(given: string | null | undefined, slug: string, isNew: boolean): string[] {
  if (typeof given !== 'string' || given === slug) return [];
  return isNew
    ? [note`its slug ${given} became ${slug}`]
    : [note`a tag with this name is already here, with the slug ${slug} instead of ${given}`];
}
