import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/access/principal.js';
import { FairQueue } from '../../platform/content/fair-queue.js';
import { Cursors } from '../../platform/lists/cursors.js';
import type { Id, Page } from '../../platform/schemas/schemas.js';
import { EditablePosts } from '../editable-posts.js';
import { BodyDiffs } from './body-diffs.js';
import { type Found, foundOf, isNew, isNewByDigest } from './post-histories.js';
import { differing, REVISED_FIELDS, type RevisedField, type RevisedPost } from './revised-post.js';
import { RevisionContents } from './revision-contents.js';
import { type Numbers, RevisionListsRepository, type Unrecorded } from './revision-lists.repository.js';
import { RevisionNotFound } from './revisions.errors.js';
import { type RelatedRows, RevisionsRepository } from './revisions.repository.js';
import type {
  ListRevisionsQuery,
  RevisionDiffView,
  RevisionItemView,
  RevisionView,
} from './revisions.schemas.js';

/**
 * Comparisons wait for worker threads with what they have read, up to 4 MB each, and without a turn to read contents, so that no
 * reader waits for them.
 */
const COMPARISONS = { atOnce: 16, atOnceOfOne: 1, mostPerOwner: 32, most: 256, mostSize: Infinity };

/** The history of a post: the stored revisions, and what the post contains if no revision has it yet. */
interface History {
  found: Found;
  numbers: Numbers;
  unrecorded: Unrecorded | undefined;
}

/** Two revisions to compare. */
interface Pair {
  from: number | null;
  before: RevisedPost | undefined;
  after: RevisedPost;
}

/** What a snapshot says about a post. */
interface State extends RelatedRows {
  found: Found;
}

/** What only the texts of a state tell. */
interface Told {
  /** The state that was compared. */
  state: State;
  isNew: boolean;
  /** The fields that differ from the newest revision. */
  changed: RevisedField[];
}

/**
 * Shows the revisions of a post to those who may edit it. Contents are unpacked and compared between transactions, while no
 * connection is in use.
 */
@Injectable()
export class RevisionsService {
  private readonly comparisons = new FairQueue(COMPARISONS);

  constructor(
    private readonly editable: EditablePosts,
    private readonly revisions: RevisionsRepository,
    private readonly lists: RevisionListsRepository,
    private readonly contents: RevisionContents,
    private readonly diffs: BodyDiffs,
    private readonly cursors: Cursors,
  ) {}

  /** @throws PostNotFound, NotAllowed, InvalidCursor, Busy */
  list(id: Id, query: ListRevisionsQuery, by: Principal): Promise<Page<RevisionItemView>> {
    return this.contents.inTurn(by.id, () => this.page(id, query, by));
  }

  /** @throws PostNotFound, NotAllowed, RevisionNotFound, Busy */
  get(id: Id, number: number, by: Principal): Promise<RevisionView> {
    return this.contents.inTurn(by.id, () => this.read(id, number, by));
  }

  /**
   * Compares a revision with another one, by default with the one before it.
   * @throws PostNotFound, NotAllowed, RevisionNotFound, Busy
   */
  diff(id: Id, number: number, against: number | undefined, by: Principal): Promise<RevisionDiffView> {
    return this.comparisons.run(by.id, 0, () => this.compare(id, number, against, by));
  }

  private page(id: Id, query: ListRevisionsQuery, by: Principal): Promise<Page<RevisionItemView>> {
    return this.reading(id, by, async ({ found, numbers, unrecorded }) => {
      const list = `revisions:${found.id}`;
      const start = this.cursors.start(list, query);
      const rows = await this.lists.list(found.id, numbers, unrecorded, query, start);
      return this.cursors.page(list, query, rows);
    });
  }

  private async read(id: Id, number: number, by: Principal): Promise<RevisionView> {
    const { history, item } = await this.reading(id, by, async (read) => {
      const { found, numbers, unrecorded } = read;
      return { history: read, item: await this.lists.find(found.id, numbers, unrecorded, number) };
    });
    if (!item) throw new RevisionNotFound(number);
    const content = (await this.contentsOf(history, [number])).get(number) as RevisedPost;
    const { bodyDialect: _dialect, bodyContext: _context, ...fields } = content;
    return { ...fields, ...item };
  }

  private async compare(
    id: Id,
    number: number,
    against: number | undefined,
    by: Principal,
  ): Promise<RevisionDiffView> {
    const { from, before, after } = await this.contents.inTurn(by.id, () =>
      this.pair(id, number, against, by),
    );
    const names: [string, string] = [from === null ? '/dev/null' : String(from), String(number)];
    const differ = before ? differing(before, after) : REVISED_FIELDS.filter((name) => after[name] !== null);
    return {
      from,
      to: number,
      fields: differ
        .filter((name) => name !== 'body')
        .map((name) => ({ name, before: before?.[name] ?? null, after: after[name] ?? null })),
      body: await this.diffs.diff({ before: before?.body ?? '', after: after.body, names }, by.id),
    };
  }

  private async pair(id: Id, number: number, against: number | undefined, by: Principal): Promise<Pair> {
    const { history, from } = await this.reading(id, by, async (read) => ({
      history: read,
      from: against ?? (await this.lists.numberBefore(read.found.id, number)),
    }));
    const contents = await this.contentsOf(history, from === null ? [number] : [number, from]);
    const before = from === null ? undefined : contents.get(from);
    return { from, before, after: contents.get(number) as RevisedPost };
  }

  /** Runs reads that see the same state of the post and its revisions. */
  private async reading<T>(id: Id, by: Principal, work: (history: History) => Promise<T>): Promise<T> {
    let told: Told | undefined;
    for (;;) {
      const read = await this.revisions.snapshot(async () => {
        const state = await this.state(id, by);
        const history = historyOf(state, told);
        return history ? { done: await work(history) } : state;
      });
      if ('done' in read) return read.done;
      told = await this.compared(read, by);
    }
  }

  private async state(id: Id, by: Principal): Promise<State> {
    const post = await this.editable.look(id, by, 'read its revisions');
    const related = await this.revisions.relatedRowsOf(post.id);
    return { ...related, found: foundOf(post, related.tags) };
  }

  /**
   * @returns undefined if the post or its revisions have changed meanwhile
   * @throws PostNotFound, NotAllowed
   */
  private async compared(state: State, by: Principal): Promise<Told | undefined> {
    const { found, history } = state;
    const { newest, current } = history as NonNullable<State['history']>;
    const contents = await this.contents.readAll(found.id, [newest, current]);
    const [last, present] = [contents.get(newest), contents.get(current)];
    if (last && present) {
      const changed = differing(last, found.content);
      return { state, isNew: isNew(found, present), changed };
    }
    if (!isSame(await this.revisions.snapshot(() => this.state(found.id, by)), state)) return undefined;
    throw new Error(`Revision ${last ? current : newest} of post ${found.id} is missing`);
  }

  /** @throws RevisionNotFound if one of them does not exist */
  private async contentsOf(
    { found, unrecorded }: History,
    numbers: number[],
  ): Promise<Map<number, RevisedPost>> {
    const stored = numbers.filter((number) => number !== unrecorded?.number);
    const contents = await this.contents.readAll(found.id, stored);
    if (unrecorded) contents.set(unrecorded.number, found.content);
    for (const number of numbers) if (!contents.has(number)) throw new RevisionNotFound(number);
    return contents;
  }
}

/** @returns undefined if the texts of this state must be compared first */
function historyOf(state: State, told: Told | undefined): History | undefined {
  const { found, history, pending } = state;
  const known = told && isSame(told.state, state) ? told : undefined;
  const isUnrecorded = known?.isNew ?? isNewByDigest(found, history);
  if (isUnrecorded === undefined) return undefined;
  const { version, updatedAt: createdAt } = found;
  const number = (history?.newest ?? 0) + 1;
  const changed = known?.changed ?? [];
  return {
    found,
    numbers: {
      current: isUnrecorded ? number : (history?.current as number),
      pending: pending?.number ?? null,
    },
    unrecorded: isUnrecorded
      ? { number, title: found.content.title, changed, version, createdAt }
      : undefined,
  };
}

/** Each edit of the post changes its version, and each other revision the ends of its history. */
const isSame = (a: State, b: State): boolean =>
  a.found.version === b.found.version &&
  a.history?.newest === b.history?.newest &&
  a.history?.current === b.history?.current;
