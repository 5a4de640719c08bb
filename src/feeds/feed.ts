/** A page of a feed in no particular format. All addresses are absolute. */
export interface Feed {
  title: string;
  description: string;
  language?: string;
  /** The page for readers. */
  home: string;
  /** The address of the first page in this format, which identifies the feed. */
  first: string;
  /** The address of this page. */
  self: string;
  /** The address of the next page (RFC 5005). */
  next?: string;
  /** The WebSub hub. */
  hub?: string;
  /** The time of the latest edit. */
  updated: Date;
  items: FeedItem[];
}

export interface FeedItem {
  /** A URN that stays the same when the address changes. */
  id: string;
  url: string;
  title: string;
  /** Plain text. */
  excerpt: string;
  html?: string;
  published: Date;
  updated: Date;
  author: string;
  tags: { slug: string; name: string }[];
}
