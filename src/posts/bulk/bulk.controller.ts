import { Body, Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BodyTooComplex } from '../../platform/content/body-too-complex.js';
import { NotAllowed } from '../../platform/errors/caller-problems.js';
import {
  InvalidIfMatch,
  PreconditionFailed,
  PreconditionRequired,
} from '../../platform/errors/condition-problems.js';
import { Problem } from '../../platform/errors/problem.js';
import { ValidationFailed } from '../../platform/errors/request-problems.js';
import { Busy, DatabaseUnavailable } from '../../platform/errors/server-problems.js';
import { Allow } from '../../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../../platform/http/access/principal.js';
import { MostFields } from '../../platform/http/bodies/body-limit.js';
import { Audited } from '../../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../../platform/http/contract/returns.decorator.js';
import { Shown } from '../../platform/http/contract/shown.decorator.js';
import type { ProblemDocument } from '../../platform/http/problems/problem-catalogue.js';
import { Problems } from '../../platform/http/problems/problems.js';
import { problemDocument } from '../../platform/http/problems/send-problem.js';
import { httpSettings } from '../../platform/http/settings/http.settings.js';
import { CountsAs } from '../../platform/http/tiers/limited.decorator.js';
import { Replayable } from '../../platform/idempotency/replayable.decorator.js';
import { Replays } from '../../platform/idempotency/replays.js';
import { POSTS } from '../posts.access.js';
import {
  PageCycle,
  PageHasChildren,
  PostAlreadyPublished,
  PostArchived,
  PostNotArchived,
  PostNotFound,
  PostNotPublished,
  SlugTaken,
} from '../posts.errors.js';
import { PendingRevisionOutdated } from '../revisions/revisions.errors.js';
import { BulkReplays } from './bulk-replays.js';
import { BulkTimedOut, BulkTooLarge, OperationFailed } from './bulk.errors.js';
import { type BulkResult, BulkRequest, BulkResults } from './bulk.schemas.js';
import { BulkService, type Outcome } from './bulk.service.js';
import { type Operation, operationOf, operationsIn } from './operations.js';

/** 100 new posts with all fields, 20 tags and 50 names of `meta` have 8,900. */
const MOST_FIELDS = 10_000;

@ApiTags('posts')
@Controller('posts')
export class BulkController {
  constructor(
    private readonly bulk: BulkService,
    private readonly problems: Problems,
    @Inject(httpSettings.KEY) private readonly config: ConfigType<typeof httpSettings>,
    earlier: BulkReplays,
    replays: Replays,
  ) {
    replays.add<BulkResults>('bulk', {
      idOf: (view) => earlier.keyOf(view),
      get: (key, by, request) => earlier.get(key, by, request),
    });
  }

  @Summary(
    'Create, edit, publish and delete several posts',
    'Performs up to 100 operations in the order of the request, each with the rules of the request that performs it alone. Operations that create posts and follow each other are much faster than single requests. Without `atomic`, the response is 207, and each operation succeeds or fails alone. With `atomic`, the response is 200 if all operations succeed; otherwise nothing happens, and the response is the problem of the first operation that failed, whose index is in `operation`. The request counts as one request for each operation in the rate limit, and is refused as a whole if the limit does not permit all of them. With an `Idempotency-Key`, all operations become visible together, also without `atomic`.',
  )
  @Post('bulk')
  @Allow(POSTS.edit)
  @Replayable('bulk')
  @CountsAs(operationsIn)
  @MostFields(MOST_FIELDS)
  @Audited(
    'post.published',
    'post.scheduled',
    'post.updated',
    'post.unpublished',
    'post.archived',
    'post.restored',
    'post.discarded',
    'post.deleted',
  )
  @Returns(
    [207, 200],
    BulkResults,
    ...[InvalidIfMatch, BodyTooComplex, BulkTooLarge, NotAllowed, PostNotFound],
    ...[PostAlreadyPublished, PostArchived, PostNotArchived, PostNotPublished, SlugTaken],
    ...[PageCycle, PageHasChildren, PendingRevisionOutdated, PreconditionFailed, PreconditionRequired],
    ...[BulkTimedOut, Busy, DatabaseUnavailable],
  )
  @Shown({}, ['problem'])
  async changePosts(
    @Body({ schema: BulkRequest }) { atomic = false, operations: given }: BulkRequest,
    @CurrentUser() by: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkResults> {
    const operations = given.map((one, index) => operationOf(one, index, this.config.REQUIRE_IF_MATCH));
    if (!atomic) return this.results(await this.bulk.run(operations, by), request);
    const outcomes = await this.bulk.runAtomically(allValid(operations), by);
    void reply.code(200);
    return this.results(outcomes, request);
  }

  private results(outcomes: Outcome[], request: FastifyRequest): BulkResults {
    const known = new Map<unknown, Problem>(); // Several operations can fail for one reason, which is logged once.
    const problemOf = (error: unknown) => {
      const problem = known.get(error) ?? this.problems.of(error, request);
      known.set(error, problem);
      return problemDocument(problem, request.originalUrl, request.id);
    };
    return { results: outcomes.map((outcome) => resultOf(outcome, problemOf)) };
  }
}

function resultOf(outcome: Outcome, problemOf: (error: unknown) => ProblemDocument): BulkResult {
  if ('post' in outcome) return { status: outcome.status, body: outcome.post };
  if ('status' in outcome) return { status: outcome.status };
  const problem = problemOf(outcome.error);
  return { status: problem.status, problem };
}

/** @throws OperationFailed with the faults of all invalid operations, or the problem of the first one */
function allValid(operations: (Operation | Problem)[]): Operation[] {
  const first = operations.findIndex((one) => one instanceof Problem);
  if (first === -1) return operations as Operation[];
  const faults = operations.flatMap((one) => (one instanceof ValidationFailed ? one.errors : []));
  const problem = operations[first] as Problem;
  throw new OperationFailed(
    first,
    problem instanceof ValidationFailed ? new ValidationFailed(faults) : problem,
  );
}
