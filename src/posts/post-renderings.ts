import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { RENDERER_VERSION } from '../platform/content/render.js';
import { Renderer } from '../platform/content/renderer.js';
import { StaleRenderings } from '../platform/content/stale-renderings.js';
import { Events } from '../platform/events/events.js';
import type { Principal } from '../platform/http/access/principal.js';
import { PostRecords } from './post-records.js';
import { PostRenderingsRepository } from './post-renderings.repository.js';
import { POST_BODY } from './post.rendering.js';
import type { PostSource, StalePost } from './post-rows.js';
import { silentPostEvent } from './posts.events.js';

/** Renders the bodies of edited posts, and those of posts whose HTML an older renderer created. */
@Injectable()
export class PostRenderings {
  constructor(
    private readonly posts: PostRenderingsRepository,
    private readonly renderer: Renderer,
    private readonly records: PostRecords,
    private readonly events: Events,
    stale: StaleRenderings,
  ) {
    stale.add({
      find: (most, except) => this.posts.findStale(most, except),
      render: (post) => this.renderAgain(post),
    });
  }

  /** Returns the columns of a source and its HTML. */
  async render(
    { body, bodyFormat: format, bodyDialect: dialect, bodyContext: context }: PostSource,
    by: Principal,
  ) {
    const source = { body, format, dialect, context };
    const { html, summary } = await this.renderer.render(POST_BODY, source, by.id);
    return {
      body,
      body_format: format,
      body_dialect: dialect,
      body_context: context && JSON.stringify(context),
      html,
      summary,
      html_version: RENDERER_VERSION,
    };
  }

  /** Renders a post whose HTML was created by an older renderer. */
  private async renderAgain(post: StalePost): Promise<void> {
    const { body, bodyFormat: format, bodyDialect: dialect, bodyContext: context } = post;
    const again = await this.renderer.again(POST_BODY, { body, format, dialect, context });
    await this.posts.transaction(async () => {
      const rendered = await this.posts.storeRendering(post, again);
      if (!rendered) return;
      await this.records.changed(rendered);
      await this.events.record(silentPostEvent('post.updated', rendered));
    });
  }
}

export const isSameSource = (a: PostSource, b: PostSource) =>
  a.bodyFormat === b.bodyFormat &&
  a.bodyDialect === b.bodyDialect &&
  a.body === b.body &&
  isDeepStrictEqual(a.bodyContext, b.bodyContext);
