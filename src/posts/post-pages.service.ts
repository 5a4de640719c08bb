import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { pageOf } from './post-pages.format.js';
import { postsSettings } from './posts.settings.js';

/** Knows the pages of posts in the front end of this deployment. */
@Injectable()
export class PostPages {
  constructor(@Inject(postsSettings.KEY) private readonly config: ConfigType<typeof postsSettings>) {}

  /** Returns the address of the page of a post, or undefined if SITE_POST_URL is not set. */
  of(post: { slug: string; id: string }): string | undefined {
    const { SITE_POST_URL: template } = this.config;
    return template && pageOf(template, post);
  }

  /** Returns the front page of the site of these pages, or undefined if SITE_POST_URL is not set. */
  get site(): string | undefined {
    const { SITE_POST_URL: template } = this.config;
    return template && `${new URL(template).origin}/`;
  }
}
