import { Injectable } from '@nestjs/common';
import { PostsService } from '../posts/posts.service.js';
import type { ImportRun } from './import-run.js';
import { inSlices } from './in-slices.js';
import { FEATURED_IMAGE } from './meta-builder.js';

/** Sets the address of the featured image of new posts. In WordPress exports, images can follow their posts. */
@Injectable()
export class FeaturedImagesWriter {
  constructor(private readonly posts: PostsService) {}

  async write({ illustrated, images, tally }: ImportRun): Promise<void> {
    for (const some of inSlices(illustrated)) {
      const known = [];
      for (const { id, post, replacesField } of some) {
        const value = images.get(post.imageKey ?? '');
        const notes = value === undefined ? [NO_ADDRESS] : replacesField ? [REPLACED] : [];
        tally.note('imported', post.type, post.key, post.title, notes);
        if (value !== undefined) known.push({ id, name: FEATURED_IMAGE, value });
      }
      if (known.length > 0) await this.posts.addImportedMeta(known);
    }
  }
}

const REPLACED = `the custom field "${FEATURED_IMAGE}" was replaced by the address of the featured image, which has this name`;
const NO_ADDRESS = 'the featured image was not imported, because the file does not contain its address';
