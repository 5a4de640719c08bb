import { Injectable } from '@nestjs/common';
import type { Id } from '../platform/schemas/schemas.js';
import { type Likeness, type Outline, PostsService } from '../posts/posts.service.js';
import { momentText } from './dates.js';
import { ImportKeysRepository, type StoredKey } from './import-keys.repository.js';
import { ImportFileError } from './import.errors.js';
import type { ImportedPost } from './import.model.js';
import {
  accepts,
  type Candidate,
  candidatesOf,
  formerOf,
  isProven,
  siteOfKey,
  type StoredPosts,
} from './post-candidates.js';

/** The stored posts of posts of a file, and all keys that were looked up. */
export interface FoundPosts {
  known: ReadonlyMap<string, StoredKey>;
  found: ReadonlyMap<ImportedPost, StoredKey>;
}

/** Finds the posts of earlier imports. Decision 0053 says how it recognizes the posts of a site that has moved. */
@Injectable()
export class PostFinder {
  constructor(
    private readonly keys: ImportKeysRepository,
    private readonly posts: PostsService,
  ) {}

  /** @throws ImportFileError if the posts seem to be those of a site that has moved, and the caller must decide */
  async find(posts: ImportedPost[]): Promise<FoundPosts> {
    const stored = {
      byKey: await this.keys.find(posts.flatMap(keysOf)),
      byGuid: await this.keys.findByGuid(posts.flatMap(({ traces }) => traces?.guid ?? [])),
    };
    const found = await this.firstProven(posts, stored, candidatesOf);
    const rest = posts.filter((post) => !found.has(post));
    await this.findById(rest, found);
    await this.askIfMoved(rest, stored);
    await this.findAlike(
      rest.filter(({ traces, slug }) => traces && slug !== null),
      found,
    );
    await this.keys.learn([...found].flatMap(newGuid));
    return { known: stored.byKey, found };
  }

  /** A post of a Galley export can exist here although no import created it. */
  private async findById(posts: ImportedPost[], found: Map<ImportedPost, StoredKey>): Promise<void> {
    const here = await this.posts.holdAll(posts.flatMap(({ id }) => id ?? []));
    for (const post of posts) {
      const { id, key } = post;
      if (id && here.has(id)) found.set(post, { key, id, guid: null, isFresh: false });
    }
  }

  private async askIfMoved(posts: ImportedPost[], stored: StoredPosts): Promise<void> {
    for (const [{ title, traces }, { key }] of await this.firstProven(posts, stored, formerOf))
      throw new ImportFileError(whichSite(title, siteOfKey(key), traces?.site ?? ''));
  }

  /** Finds posts by slug and time, because a tool that moves a site can replace its address in all GUIDs. */
  private async findAlike(posts: ImportedPost[], found: Map<ImportedPost, StoredKey>): Promise<void> {
    const ids = await this.posts.findAlike(posts.map(outlineOf));
    const alike = posts.flatMap((post, n) => (ids[n] === undefined ? [] : [{ post, id: ids[n] }]));
    if (alike.length === 0) return;
    const rows = await this.keys.findKeysOf(alike.map(({ id }) => id));
    for (const { post, id } of alike) {
      const { title, traces } = post;
      const own = rows.filter((row) => row.id === id);
      if (!traces || own.some(({ isFresh }) => isFresh)) continue;
      const row = own.find(({ key }) => accepts(traces, siteOfKey(key)));
      if (row) found.set(post, row);
      else if (traces.namedSite === undefined) {
        const [former] = own;
        throw new ImportFileError(
          former ? whichSite(title, siteOfKey(former.key), traces.site) : otherSource(title, traces.site),
        );
      }
    }
  }

  /** Returns the first stored post of each post of the file that is certainly the same. */
  private async firstProven(
    posts: ImportedPost[],
    stored: StoredPosts,
    candidates: (post: ImportedPost, stored: StoredPosts) => Candidate[],
  ): Promise<Map<ImportedPost, StoredKey>> {
    const all = posts.map((post) => ({ post, candidates: candidates(post, stored) }));
    const doubtful = all.flatMap(({ post, candidates: [first, ...others] }) =>
      !first || first.proof === 'nothing' ? [] : [first, ...others].map((one) => ({ post, one })),
    );
    const outlines = doubtful.map(({ post, one }) => ({ ...outlineOf(post), id: one.row.id }));
    const likenesses = await this.posts.compare(outlines);
    const proofs = new Map<Candidate, Likeness | undefined>(
      doubtful.map(({ one }, n) => [one, likenesses[n]]),
    );
    return new Map(
      all.flatMap(({ post, candidates }) => {
        const proven = candidates.find((one) => isProven(one.proof, proofs.get(one)));
        return proven ? [[post, proven.row] as const] : [];
      }),
    );
  }
}

const keysOf = ({ key, traces }: ImportedPost): string[] => [
  key,
  ...(traces?.otherKeys ?? []),
  ...(traces?.origin ? [traces.origin.key] : []),
];

const outlineOf = ({ slug, createdAt }: ImportedPost): Outline => ({
  slug,
  createdAt: momentText(createdAt),
});

const newGuid = ([{ traces }, { key, guid }]: [ImportedPost, { id: Id } & StoredKey]) =>
  traces?.guid !== undefined && guid === null ? [{ key, guid: traces.guid }] : [];

/** A guess would either import all posts twice, or lose those of another site. */
const whichSite = (title: string, site: string, now: string) =>
  `an earlier import brought the post “${title.slice(0, 100)}” from the site ${site}, and this file is of the site ${now}. ` +
  `If the site has moved, name ${site} as its site (--site, or the parameter site). If not, name ${now}`;

const otherSource = (title: string, now: string) =>
  `the post “${title.slice(0, 100)}” is already here with the same slug and time, and no import of a WordPress file brought it. ` +
  `To import all posts of this file, name ${now} as its site (--site, or the parameter site)`;
