import { BadRequest, NotFound } from '../platform/errors/problem.js';

export class FeedNotFound extends NotFound {
  static override readonly code = 'feed_not_found';
  static override readonly title = 'Feed not found';
  static readonly advice =
    'Check the tag or the author. They have a feed, and the site has a sitemap, as long as there is a published post.';
  constructor() {
    super('There is no published post that this feed or sitemap can contain.');
  }
}

export class InvalidSitemapPart extends BadRequest {
  static override readonly code = 'invalid_sitemap_part';
  static override readonly title = 'The sitemap has no such part';
  static readonly advice = 'Read `/sitemap.xml` without `part`. It contains the addresses of all parts.';
  constructor() {
    super(
      'The value of part is damaged or comes from another deployment. Read /sitemap.xml for the addresses of the parts.',
    );
  }
}

export class FeedsNotConfigured extends NotFound {
  static override readonly code = 'feeds_not_configured';
  static override readonly title = 'This server has no feeds';
  static readonly advice = 'Ask the operator to set PUBLIC_URL: feeds contain complete addresses.';
  constructor() {
    super('Feeds and the sitemap contain complete addresses, which require the setting PUBLIC_URL.');
  }
}
