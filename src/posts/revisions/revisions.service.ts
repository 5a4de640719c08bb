import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/access/principal.js';
import { Cursors } from '../../platform/lists/cursors.js';
import type { Id, Page } from '../../platform/schemas/schemas.js';
import { EditablePosts } from '../editable-posts.js';
import { bodyDiff } from './body-diff.js';
import { type Found, foundOf, PostHistories } from './post-histories.js';
import { differing, REVISED_FIELDS, type RevisedPost } from './revised-post.js';
import { RevisionContents } from './revision-contents.js';
import { type Numbers, RevisionListsRepository, type Unrecorded } from './revision-lists.repository.js';
import { RevisionNotFound } from './revisions.errors.js';
import { RevisionsRepository } from './revisions.repository.js';
import type {
  ListRevisionsQuery,
  RevisionDiffView,
  RevisionItemView,
  RevisionView,
} from './revisions.schemas.js';

/** The history of a post: the stored revisions, and what the post contains if no revision has it yet. */
interface History {
  found: Found;
  numbers: Numbers;
  unrecorded: Unrecorded | undefined;
}

interface Pair {
  from: number | null;
  /** undefined for the first revision. */
  before: RevisedPost | undefined;
  after: RevisedPost;
}

/** Shows the revisions of a post to those who may edit it. */
@Injectable()
export class RevisionsService {
  constructor(
    private readonly editable: EditablePosts,
    private readonly revisions: RevisionsRepository,
    private readonly lists: RevisionListsRepository,
    private readonly contents: RevisionContents,
    private readonly histories: PostHistories,
    private readonly cursors: Cursors,
  ) {}

  /** @throws PostNotFound, NotAllowed, InvalidCursor */
  list(id: Id, query: ListRevisionsQuery, by: Principal): Promise<Page<RevisionItemView>> {
    return this.revisions.snapshot(async () => {
      const { found, numbers, unrecorded } = await this.historyOf(id, by);
      const list = `revisions:${found.id}`;
      const start = this.cursors.start(list, query);
      const rows = await this.lists.list(found.id, numbers, unrecorded, query, start);
      return this.cursors.page(list, query, rows);
    });
  }

  /** @throws PostNotFound, NotAllowed, RevisionNotFound */
  get(id: Id, number: number, by: Principal): Promise<RevisionView> {
    return this.revisions.snapshot(async () => {
      const history = await this.historyOf(id, by);
      const { found, numbers, unrecorded } = history;
      const item = await this.lists.find(found.id, numbers, unrecorded, number);
      if (!item) throw new RevisionNotFound(number);
      const {
        bodyDialect: _dialect,
        bodyContext: _context,
        ...fields
      } = await this.contentOf(history, number);
      return { ...fields, ...item };
    });
  }

  /**
   * Compares a revision with another one, by default with the one before it.
   * @throws PostNotFound, NotAllowed, RevisionNotFound
   */
  async diff(id: Id, number: number, against: number | undefined, by: Principal): Promise<RevisionDiffView> {
    const { from, before, after } = await this.revisions.snapshot(() => this.pair(id, number, against, by));
    const names: [string, string] = [from === null ? '/dev/null' : String(from), String(number)];
    const differ = before ? differing(before, after) : REVISED_FIELDS.filter((name) => after[name] !== null);
    return {
      from,
      to: number,
      fields: differ
        .filter((name) => name !== 'body')
        .map((name) => ({ name, before: before?.[name] ?? null, after: after[name] ?? null })),
      body: await bodyDiff(before?.body ?? '', after.body, names),
    };
  }

  /** Returns the contents to compare. */
  private async pair(id: Id, number: number, against: number | undefined, by: Principal): Promise<Pair> {
    const history = await this.historyOf(id, by);
    const after = await this.contentOf(history, number);
    const from = against ?? (await this.lists.numberBefore(history.found.id, number));
    return { from, before: from === null ? undefined : await this.contentOf(history, from), after };
  }

  private async historyOf(id: Id, by: Principal): Promise<History> {
    const post = await this.editable.look(id, by, 'read its revisions');
    const { tags, history, pending } = await this.revisions.relatedRowsOf(post.id);
    const found = foundOf(post, tags);
    if (!(await this.histories.isNew(found, history)))
      return {
        found,
        numbers: { current: history?.current as number, pending: pending?.number ?? null },
        unrecorded: undefined,
      };
    const number = (history?.newest ?? 0) + 1;
    const newest = history && (await this.contents.require(post.id, history.newest));
    return {
      found,
      numbers: { current: number, pending: pending?.number ?? null },
      unrecorded: {
        ...{ number, title: post.title, version: post.version, createdAt: post.updatedAt },
        changed: newest ? differing(newest, found.content) : [],
      },
    };
  }

  private async contentOf({ found, unrecorded }: History, number: number): Promise<RevisedPost> {
    if (number === unrecorded?.number) return found.content;
    const content = await this.contents.read(found.id, number);
    if (!content) throw new RevisionNotFound(number);
    return content;
  }
}
