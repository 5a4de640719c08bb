import { Injectable } from '@nestjs/common';
import { decoded } from '../platform/content/links.js';
import type { PublicAnswer } from '../platform/http/public-reads/public-reads.js';
import { type SitemapPart, type SitemapPost, SitemapPostsService } from '../posts/sitemap-posts.service.js';
import { InvalidSitemapPart } from './feeds.errors.js';
import { FeedsService } from './feeds.service.js';
import { element, textElement, type Xml, xmlDocument } from './xml.js';

const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const IMAGES = 'http://www.google.com/schemas/sitemap-image/1.1';

/** The index of a deployment with fewer parts is read for each request, so that its first posts are found at once. */
const FEW_PARTS = 3;

/** Composes the sitemap: an index, and parts with the addresses of public posts and pages and of their images. */
@Injectable()
export class SitemapService {
  constructor(
    private readonly posts: SitemapPostsService,
    private readonly feeds: FeedsService,
  ) {}

  /** Returns null if no post is public, because an index must name a file. */
  async index(): Promise<PublicAnswer | null> {
    const names = await this.posts.parts();
    if (names.length === 0) return null;
    const files = names.map((part) => {
      const address = `${this.feeds.origin}/sitemap.xml?${new URLSearchParams({ part }).toString()}`;
      return element('sitemap', {}, [textElement('loc', address)]);
    });
    const index = element('sitemapindex', { xmlns: NAMESPACE }, files);
    return { ...inXml(index), isFleeting: names.length < FEW_PARTS };
  }

  /**
   * Returns a part of the index by its name.
   * @throws InvalidSitemapPart if Galley did not create the name
   */
  part(name: string): SitemapPart {
    const part = this.posts.part(name);
    if (!part) throw new InvalidSitemapPart();
    return part;
  }

  /** Returns null if no post of the part is public any more. */
  async file(part: SitemapPart): Promise<PublicAnswer | null> {
    const urls = (await this.posts.read(part)).map((post) => this.urlOf(post));
    if (urls.length === 0) return null;
    return inXml(element('urlset', { xmlns: NAMESPACE, 'xmlns:image': IMAGES }, urls));
  }

  private urlOf(post: SitemapPost): Xml {
    const page = this.feeds.addressOf(post);
    const images = [...new Set(post.images.flatMap((image) => absolute(decoded(image), page)))];
    return element('url', {}, [
      textElement('loc', page),
      textElement('lastmod', `${post.updatedAt.slice(0, 19)}Z`),
      ...images.map((image) => element('image:image', {}, [textElement('image:loc', image)])),
    ]);
  }
}

const inXml = (root: Xml): PublicAnswer => ({
  body: xmlDocument(root),
  type: 'application/xml; charset=utf-8',
});

/** Returns the address of an image on the web, or nothing. */
function absolute(address: string, page: string): string[] {
  const url = URL.parse(address, page);
  return url && /^https?:$/.test(url.protocol) ? [url.href] : [];
}
