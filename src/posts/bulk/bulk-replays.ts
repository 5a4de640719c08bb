import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../platform/http/access/principal.js';
import type { ProblemDocument } from '../../platform/http/problems/problem-catalogue.js';
import { problemDocument } from '../../platform/http/problems/send-problem.js';
import type { Id } from '../../platform/schemas/schemas.js';
import { PostNotFound } from '../posts.errors.js';
import { PostsRepository } from '../posts.repository.js';
import type { BulkResult, BulkResults } from './bulk.schemas.js';

/** What is recorded of a result: the status, and the id of the post or the problem. */
type Recorded = [status: number, id: Id | null, problem?: ProblemDocument];

/** Repeats the responses of earlier requests, with the posts as the caller can read them now. */
@Injectable()
export class BulkReplays {
  constructor(private readonly posts: PostsRepository) {}

  /** Returns the record of a response. Problems contain nothing of a post but its id. */
  keyOf({ results }: BulkResults): string {
    return JSON.stringify(
      results.map(({ status, body, problem }): Recorded => [status, body?.id ?? null, problem]),
    );
  }

  async get(key: string, by: Principal, request: FastifyRequest): Promise<BulkResults> {
    const recorded = JSON.parse(key) as Recorded[];
    const ids = recorded.flatMap(([, id]) => id ?? []);
    const posts = new Map((await this.posts.findListed(ids, by)).map((post) => [post.id, post]));
    return {
      results: recorded.map(([status, id, problem]): BulkResult => {
        if (id === null) return { status, problem: problem ?? undefined };
        const body = posts.get(id);
        return body ? { status, body } : gone(id, request);
      }),
    };
  }
}

function gone(id: Id, request: FastifyRequest): BulkResult {
  const problem = problemDocument(new PostNotFound(id), request.originalUrl, request.id);
  return { status: problem.status, problem };
}
