import type {
  ImportedAuthor,
  ImportedComment,
  ImportedPost,
  ImportedTag,
  ImportItem,
} from '../../import/import.model.js';
import { slugify } from '../../platform/content/slugs.js';
import { body } from './bodies.js';
import { Random } from './random.js';
import { MANNERS, NAMES, REPLIES, TOPICS } from './words.js';

/** The password of all accounts of the seed, which is for demos and never runs in production. */
export const SEED_PASSWORD = 'a long enough password';
const PASSWORD_HASH =
  '$argon2id$v=19$m=47104,t=1,p=1$Z2FsbGV5IHNlZWQgc2FsdA$NanqDEGwD/no42qKkA/rEUIKQrZuuzgqQBxulrZrpqk';

const EMAILS = NAMES.map((name) => `${slugify(name, 'author').replaceAll('-', '.')}@example.com`);
export const SEED_EMAIL = EMAILS[0] as string;

/**
 * The first post is the newest one, and each post is 25 minutes older than the one before. A million posts go back
 * to 1978.
 */
const NEWEST = Date.UTC(2026, 0, 1);
const APART_MS = 25 * 60_000;
const SCHEDULED_AT = '2099-01-01T00:00:00Z';

/** The number of different bodies. Posts share them, so that a hundred thousand posts require little time. */
const BODIES = 256;
const DAY_MS = 86_400_000;
/** One post of so many is featured. */
const FEATURED_OF = 25;
const PAGES_OF_A_GROUP = 4;

const TAGS: ImportedTag[] = TOPICS.map((name) => ({
  name,
  slug: null,
  description: `All about ${name}`,
}));

/** Yields the same items in each run. The nth post does not depend on the number of posts. */
export function* seedItems(posts: number): Generator<ImportItem, void, void> {
  for (const author of NAMES.map(asAuthor)) yield { author };
  for (const tag of TAGS) yield { tag };
  const bodies = Array.from({ length: BODIES }, (_, n) => body(new Random(n)));
  const pages = new Pages();
  for (let n = 1; n <= posts; n += 1) yield { post: pages.placed(asPost(n, bodies)) };
}

/** Places some pages below the first one of each group. */
class Pages {
  private count = 0;
  private top = '';

  placed(post: ImportedPost): ImportedPost {
    if (post.type !== 'page') return post;
    if (this.count++ % PAGES_OF_A_GROUP > 0) return { ...post, parentKey: this.top };
    this.top = post.key;
    return post;
  }
}

const authorKey = (n: number) => `seed author ${n}`;

function asAuthor(name: string, n: number): ImportedAuthor {
  const createdAt = new Date(Date.UTC(1978, 0, 1 + n));
  return {
    key: authorKey(n),
    id: new Random(1_000_000_000 + n).id(createdAt),
    createdAt,
    name,
    email: EMAILS[n] as string,
    bio: `Writes about ${TOPICS[n]} and ${TOPICS[n + 1]}.`,
    website: 'https://example.com/',
    avatarUrl: `https://example.com/authors/${n}.jpg`,
    passwordHash: PASSWORD_HASH,
    notes: [],
  };
}

function asPost(n: number, bodies: string[]): ImportedPost {
  const random = new Random(2_000_000_000 + n);
  const createdAt = new Date(NEWEST - n * APART_MS);
  const title = `${random.pick(MANNERS)} ${random.pick(TOPICS)}`;
  const state = stateOf(random.below(100), createdAt);
  return {
    key: `seed post ${n}`,
    id: random.id(createdAt),
    type: random.below(50) === 0 ? 'page' : 'post',
    title,
    slug: `${slugify(title, 'post')}-${n}`,
    excerpt: random.below(5) === 0 ? `${title}, in short` : null,
    body: random.pick(bodies),
    bodyFormat: 'markdown',
    featured: n % FEATURED_OF === 1,
    meta: { subtitle: `About ${title.toLowerCase()}` },
    ...state,
    createdAt,
    updatedAt: createdAt,
    authorKey: authorKey(random.below(NAMES.length)),
    tags: random.some(1 + random.below(4), TAGS),
    comments: state.status === 'published' ? comments(n, random, createdAt) : [],
    notes: [],
  };
}

/** Of a hundred posts, 90 are published, 6 are drafts, 3 are archived and 1 is scheduled. */
function stateOf(percent: number, at: Date): Pick<ImportedPost, 'status' | 'publishedAt' | 'scheduledAt'> {
  if (percent < 90) return { status: 'published', publishedAt: at, scheduledAt: null };
  if (percent < 96) return { status: 'draft', publishedAt: null, scheduledAt: null };
  if (percent < 99) return { status: 'archived', publishedAt: at, scheduledAt: null };
  return { status: 'scheduled', publishedAt: null, scheduledAt: SCHEDULED_AT };
}

/**
 * Half of the posts have no comments, and the others have up to four. Every second comment replies to the one
 * before.
 */
function comments(post: number, random: Random, after: Date): ImportedComment[] {
  const count = Math.max(0, random.below(9) - 4);
  return Array.from({ length: count }, (_, n) => {
    const createdAt = new Date(after.getTime() + (n + 1) * DAY_MS);
    const isGuest = random.below(4) === 0;
    return {
      key: `seed comment ${post}.${n}`,
      id: random.id(createdAt),
      parentKey: n % 2 === 1 ? `seed comment ${post}.${n - 1}` : null,
      authorKey: isGuest ? null : authorKey(random.below(NAMES.length)),
      authorName: isGuest ? 'A guest' : '',
      body: random.pick(REPLIES),
      bodyFormat: 'markdown',
      status: random.below(20) === 0 ? 'pending' : 'visible',
      createdAt,
    };
  });
}
