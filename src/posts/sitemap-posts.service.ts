import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { SignedText } from '../platform/lists/signed-text.js';
import { secretsSettings } from '../platform/secrets/secrets.settings.js';
import { PostType } from './post-fields.schemas.js';
import { type SitemapPart, type SitemapPost, SitemapPostsRepository } from './sitemap-posts.repository.js';

export type { SitemapPart, SitemapPost } from './sitemap-posts.repository.js';

const Place = z.tuple([z.string(), z.uuid()]);
const Payload = z.tuple([PostType, Place, Place.nullable()]);

/** The parts of the sitemap. Their names are signed, so that callers cannot invent any number of them. */
@Injectable()
export class SitemapPostsService {
  private readonly names: SignedText;

  constructor(
    private readonly posts: SitemapPostsRepository,
    @Inject(secretsSettings.KEY) config: ConfigType<typeof secretsSettings>,
  ) {
    this.names = new SignedText(config.JWT_SECRET, 'galley/sitemap/v1');
  }

  /** Returns the names of all parts: posts before pages, the newest ones first. */
  async parts(): Promise<string[]> {
    const names: string[] = [];
    for (const type of PostType.options) {
      let end: SitemapPart['end'];
      for (const first of await this.posts.firsts(type)) {
        names.push(this.nameOf({ type, first, end }));
        end = first;
      }
    }
    return names;
  }

  /** Returns the part with this name, or undefined if Galley did not create the name. */
  part(name: string): SitemapPart | undefined {
    const payload = this.names.open(name);
    if (payload === undefined) return undefined;
    const [type, [key, id], end] = Payload.parse(payload);
    return { type, first: { key, id }, ...(end && { end: { key: end[0], id: end[1] } }) };
  }

  read(part: SitemapPart): Promise<SitemapPost[]> {
    return this.posts.file(part);
  }

  private nameOf({ type, first, end }: SitemapPart): string {
    return this.names.sign([type, [first.key, first.id], end ? [end.key, end.id] : null]);
  }
}
