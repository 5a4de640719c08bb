import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/access/principal.js';
import { NewPosts } from '../new-posts.js';
import { type PreparedEdit, PostEditsService } from '../post-edits.service.js';
import type { RenderedRequest } from '../rendered-request.js';
import { BulkTooLarge } from './bulk.errors.js';
import type { Operation } from './operations.js';

/**
 * The characters of the bodies of one request together, with their HTML. A legitimate megabyte of Markdown results in 2.2
 * million of HTML, and one body may have 4 million.
 */
const MOST_CHARACTERS = 8_000_000;

/** An operation whose body has been rendered. */
export interface Prepared {
  /** Its place in the request. */
  index: number;
  operation: Operation;
  /** Of a new post. */
  rendered?: RenderedRequest;
  /** Of an edit. */
  edit?: PreparedEdit;
  /** Why it could not be prepared. */
  error?: unknown;
}

/** Limits the memory and the time of the bodies of one request. */
export class RenderingBudget {
  private left = MOST_CHARACTERS;

  /** @throws BulkTooLarge, also for all bodies that follow, without rendering them */
  async spend<T>(render: () => Promise<T>, charactersOf: (rendered: T) => number): Promise<T> {
    if (this.left < 0) throw new BulkTooLarge(MOST_CHARACTERS);
    const rendered = await render();
    this.left -= charactersOf(rendered);
    if (this.left < 0) throw new BulkTooLarge(MOST_CHARACTERS);
    return rendered;
  }
}

/** Renders the bodies of operations before their transaction. */
@Injectable()
export class PreparedOperations {
  constructor(
    private readonly newPosts: NewPosts,
    private readonly edits: PostEditsService,
  ) {}

  /** An operation that cannot be prepared fails only when it is its turn. */
  async prepare(
    operations: { index: number; operation: Operation }[],
    budget: RenderingBudget,
    by: Principal,
  ): Promise<Prepared[]> {
    const prepared: Prepared[] = [];
    for (const { index, operation } of operations) {
      const made = await this.contentOf(operation, budget, by).catch((error: unknown) => ({ error }));
      prepared.push({ index, operation, ...made });
      await otherWork(); // Bodies of usual size are rendered on the event loop.
    }
    return prepared;
  }

  private async contentOf(
    operation: Operation,
    budget: RenderingBudget,
    by: Principal,
  ): Promise<Pick<Prepared, 'rendered' | 'edit'>> {
    if (operation.op === 'create') {
      const render = () => this.newPosts.render(operation.body, by);
      return { rendered: await budget.spend(render, ({ post }) => post.body.length + post.html.length) };
    }
    if (operation.op !== 'update') return {};
    const { id, body } = operation;
    const prepare = () => this.edits.prepare(id, body, by);
    const isRendered = body.body !== undefined || body.bodyFormat !== undefined;
    return {
      edit: isRendered
        ? await budget.spend(prepare, ({ early }) =>
            early ? early.source.body.length + early.rendered.html.length : 0,
          )
        : await prepare(),
    };
  }
}
