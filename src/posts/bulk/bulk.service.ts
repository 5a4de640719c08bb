import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Database } from '../../platform/database/database.js';
import { databaseSettings } from '../../platform/database/database.settings.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/access/principal.js';
import { NewPosts } from '../new-posts.js';
import { PageTree } from '../page-tree.js';
import { type PreparedEdit, PostEditsService } from '../post-edits.service.js';
import { PostStatesService } from '../post-states.service.js';
import { listed, type ListedPost } from '../post-view.schemas.js';
import { PostWritesRepository } from '../post-writes.repository.js';
import { NewPostsRefused, type RenderedRequest } from '../rendered-request.js';
import { BulkTimedOut, OperationFailed } from './bulk.errors.js';
import { type Operation, placed } from './operations.js';
import { type Prepared, PreparedOperations, RenderingBudget } from './prepared-operations.js';
import { type Step, stepsOf } from './steps.js';

/** What has become of an operation. */
export type Outcome = { status: 200 | 201; post: ListedPost } | { status: 204 } | { error: unknown };

/** An operation on a post that exists. */
type Change = Exclude<Operation, { op: 'create' }>;

/** One transaction with several operations takes at most as long as so many slow statements. */
const MOST_STATEMENTS = 5;

/** Performs several operations on posts. */
@Injectable()
export class BulkService {
  constructor(
    private readonly database: Database,
    private readonly writes: PostWritesRepository,
    private readonly pages: PageTree,
    private readonly preparing: PreparedOperations,
    private readonly newPosts: NewPosts,
    private readonly edits: PostEditsService,
    private readonly states: PostStatesService,
    @Inject(databaseSettings.KEY) private readonly config: ConfigType<typeof databaseSettings>,
  ) {}

  /**
   * Performs each operation as if it were a request of its own, in this order. In a transaction that the request has opened
   * (an Idempotency-Key is recorded in it), each one is a part that is undone alone.
   * @param operations problems are those of invalid operations
   */
  async run(operations: (Operation | Problem)[], by: Principal): Promise<Outcome[]> {
    const outcomes: Outcome[] = operations.map((error) => ({ error }));
    const valid = operations.flatMap((operation, index) =>
      operation instanceof Problem ? [] : [{ index, operation }],
    );
    const take = async (step: Step<Prepared>) => {
      for (const [index, outcome] of await this.perform(step, by)) outcomes[index] = outcome;
    };
    const budget = new RenderingBudget();
    if (this.database.isBracketed) await this.together(valid, budget, by, take);
    else
      for (const step of stepsOf(valid))
        for (const part of stepsOf(await this.preparing.prepare(step, budget, by))) await take(part);
    return outcomes;
  }

  /**
   * Performs all operations in one transaction, or none.
   * @throws OperationFailed for the first one that fails, BulkTimedOut
   */
  async runAtomically(operations: Operation[], by: Principal): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const valid = operations.map((operation, index) => ({ index, operation }));
    await this.together(valid, new RenderingBudget(), by, async (step) => {
      for (const [index, outcome] of await this.performAll(step, by)) outcomes[index] = outcome;
    });
    return outcomes;
  }

  /**
   * Takes the steps in one transaction. Bodies are rendered before it, and posts are locked in one order at its beginning, so
   * that requests with the same posts wait for each other and do not block each other. Its time is limited, because others
   * wait for its locks.
   */
  private async together(
    operations: { index: number; operation: Operation }[],
    budget: RenderingBudget,
    by: Principal,
    take: (step: Step<Prepared>) => Promise<void>,
  ): Promise<void> {
    const prepared = await this.preparing.prepare(operations, budget, by);
    const mostMs = MOST_STATEMENTS * this.config.DATABASE_STATEMENT_TIMEOUT_MS;
    const end = performance.now() + mostMs;
    await this.database.transaction(async () => {
      await this.hold(
        operations.map(({ operation }) => operation),
        by,
      );
      for (const step of stepsOf(prepared)) {
        if (performance.now() > end) throw new BulkTimedOut(mostMs / 1000);
        await take(step);
      }
    });
  }

  private async hold(operations: Operation[], by: Principal): Promise<void> {
    const idsOf = (...names: Operation['op'][]) =>
      operations.flatMap((one) => (one.op !== 'create' && names.includes(one.op) ? one.id : []));
    const parents = operations.flatMap((one) =>
      one.op === 'create' || one.op === 'update' ? (one.body.parentId ?? []) : [],
    );
    const existing = operations.flatMap((one) => (one.op === 'create' ? [] : one.id));
    if (existing.length === 0) return;
    await this.pages.holdFor({
      isMoving: parents.length > 0,
      deleted: idsOf('delete'),
      published: idsOf('publish', 'schedule'),
    });
    await this.writes.lockAll([...existing, ...parents], by);
  }

  /** Performs a step whose operations fail alone. */
  private async perform(step: Step<Prepared>, by: Principal): Promise<[number, Outcome][]> {
    const ready = step.filter(({ error }) => error === undefined);
    const failed = step.filter(({ error }) => error !== undefined);
    const outcomes = new Map<number, Outcome>(
      failed.map(({ index, error }) => [index, this.failed(error, index)]),
    );
    for (let rest = ready; rest.length > 0;) {
      try {
        for (const [index, outcome] of await this.database.separately(() => this.work(rest, by)))
          outcomes.set(index, outcome);
        break;
      } catch (error) {
        for (const one of rest) {
          const own = problemOf(error, one);
          if (own !== undefined) outcomes.set(one.index, this.failed(own, one.index));
        }
        rest = rest.filter(({ index }) => !outcomes.has(index));
      }
    }
    return [...outcomes];
  }

  /**
   * Returns the outcome of a failed operation.
   * @throws the error if it ends the whole transaction: an operation that could succeed later must not be recorded as failed
   */
  private failed(error: unknown, index: number): Outcome {
    const isLasting = error instanceof Problem && error.kind.status < 500;
    if (this.database.isBracketed && !isLasting) throw error;
    return { error: error instanceof Problem ? placed(error, index) : error };
  }

  /** Performs a step whose first failure ends the transaction. */
  private async performAll(step: Step<Prepared>, by: Principal): Promise<[number, Outcome][]> {
    const end = step.findIndex(({ error }) => error !== undefined);
    const ready = end === -1 ? step : step.slice(0, end);
    const outcomes = ready.length > 0 ? await this.workAll(ready, by) : [];
    const unprepared = step[end];
    if (unprepared) throw failure(unprepared.error, unprepared.index);
    return outcomes;
  }

  private async workAll(step: Step<Prepared>, by: Principal): Promise<[number, Outcome][]> {
    try {
      return await this.work(step, by);
    } catch (error) {
      const first = step.find((one) => problemOf(error, one) !== undefined);
      throw first ? failure(problemOf(error, first), first.index) : error;
    }
  }

  /** Performs one operation, or creates several posts. */
  private async work(step: Step<Prepared>, by: Principal): Promise<[number, Outcome][]> {
    const [{ index, operation, edit }] = step as [Prepared];
    if (operation.op !== 'create') return [[index, await this.act(operation, edit, by)]];
    const made = await this.newPosts.create(
      step.map(({ rendered }) => rendered as RenderedRequest),
      by,
    );
    return step.map(({ index }, n) => [index, { status: 201, post: made[n] as ListedPost }]);
  }

  private async act(operation: Change, edit: PreparedEdit | undefined, by: Principal): Promise<Outcome> {
    const { op, id, expected } = operation;
    switch (op) {
      case 'update':
        return changed(await this.edits.perform(edit as PreparedEdit, by, expected));
      case 'schedule':
        return changed(await this.states.schedule(id, operation.body.at, by, expected));
      case 'delete':
        await this.edits.delete(id, by, expected);
        return { status: 204 };
      case 'publish':
      case 'unpublish':
      case 'archive':
      case 'restore':
        return changed(await this.states.act(op, id, by, expected));
    }
  }
}

const changed = (post: ListedPost): Outcome => ({ status: 200, post: listed(post) });

/** Errors that are no problems of the operation are those of the whole request. */
const failure = (error: unknown, index: number): unknown =>
  error instanceof Problem ? new OperationFailed(index, placed(error, index)) : error;

/** Returns the part of an error that concerns an operation of its step, or undefined if it concerns only others. */
const problemOf = (error: unknown, { rendered }: Prepared): unknown =>
  error instanceof NewPostsRefused ? rendered && error.problems.get(rendered) : error;
