import { Injectable } from '@nestjs/common';
import type { Id } from '../platform/schemas/schemas.js';
import { PostsService } from '../posts/posts.service.js';
import { closingLinks } from './closing-links.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import type { ImportRun, Subpage } from './import-run.js';
import { inSlices } from './in-slices.js';

/** Places new pages below others when all pages of the file are stored. */
@Injectable()
export class SubpagesWriter {
  constructor(
    private readonly posts: PostsService,
    private readonly keys: ImportKeysRepository,
  ) {}

  async write({ subpages, pages, tally }: ImportRun): Promise<void> {
    const parents = await this.parentsOf(subpages, pages);
    const circular = closingLinks(parents);
    for (const some of inSlices(subpages)) {
      const links = some.flatMap(({ id }) => {
        const parentId = parents.get(id);
        return parentId === undefined || circular.has(id) ? [] : [{ id, parentId }];
      });
      const linked = links.length > 0 ? await this.posts.linkPages(links) : new Set();
      for (const { id, page } of some) {
        if (linked.has(id)) continue;
        const why = circular.has(id) ? CIRCLE : NO_PAGE;
        tally.note('imported', 'page', page.key, page.title, [why]);
      }
    }
  }

  /** Returns the ids of the pages above, by page. Unknown ones are missing. */
  private async parentsOf(subpages: Subpage[], pages: ImportRun['pages']): Promise<Map<Id, Id>> {
    const known = await this.keys.find([...new Set(subpages.map(({ parentKey }) => parentKey))]);
    const parents = new Map<Id, Id>();
    for (const { id, parentKey, parentId } of subpages) {
      const found = pages.get(parentKey) ?? known.get(parentKey)?.id ?? parentId;
      if (found !== null) parents.set(id, found);
    }
    return parents;
  }
}

const NO_PAGE = 'imported at the top, because the page above it is not here or is not a page';
const CIRCLE = 'imported at the top, because the pages above it form a circle';
