import { Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '../platform/http/access/access.js';
import { checkTag, Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { tagOf } from '../platform/http/answers/representation.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { toSerializerSchema } from '../platform/http/contract/json-schema.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { pickFields } from '../platform/lists/pick.js';
import { Id } from '../platform/schemas/schemas.js';
import { JOBS } from './jobs.access.js';
import { JobIsRunning, JobNotFailed, JobNotFound } from './jobs.errors.js';
import { JobPage, JobView, ListJobsQuery } from './jobs.schemas.js';
import { JobsService } from './jobs.service.js';

/** How `GET` sends a job: its ETag is the condition of a change. */
const SENT = toSerializerSchema(JobView);

@ApiTags('jobs')
@Controller('admin/jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    replays: Replays,
  ) {
    replays.add<{ id: string }>('job', { idOf: ({ id }) => id, get: (id) => this.getJob(id) });
  }

  @Summary(
    'List jobs',
    'Returns the jobs of all queues without their payloads. Jobs that are done are kept for an hour.',
  )
  @Get()
  @Allow(JOBS.manage)
  @Returns(200, JobPage)
  async listJobs(@Query({ schema: ListJobsQuery }) query: ListJobsQuery) {
    return pickFields(await this.jobs.list(query), query.fields, 'id');
  }

  @Summary('Get a job')
  @Get(':id')
  @Allow(JOBS.manage)
  @Returns(200, JobView, JobNotFound)
  getJob(@Param('id', { schema: Id }) id: Id) {
    return this.jobs.get(id);
  }

  @Summary(
    'Retry a job',
    'Makes a failed or dead job due immediately, with at least one more attempt. Retrying it twice has the effect of one retry.',
  )
  @Post(':id/retry')
  @HttpCode(200)
  @Allow(JOBS.manage)
  @Replayable('job')
  @Conditional(checkTag)
  @Audited('job.retried')
  @Returns(200, JobView, JobNotFound, JobNotFailed)
  @Shown({ state: 'failed', maxAttempts: 12 })
  retryJob(
    @Param('id', { schema: Id }) id: Id,
    @IfMatch() expected: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.jobs.retry(id, (job) => checkTag(tagOf(reply, job, SENT), expected));
  }

  @Summary('Delete a job', 'Deletes a job that is not running. What it would have done does not happen.')
  @Delete(':id')
  @HttpCode(204)
  @Allow(JOBS.manage)
  @Replayable()
  @Conditional(checkTag)
  @Audited('job.deleted')
  @Returns(204, null, JobNotFound, JobIsRunning)
  deleteJob(
    @Param('id', { schema: Id }) id: Id,
    @IfMatch() expected: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.jobs.delete(id, (job) => checkTag(tagOf(reply, job, SENT), expected));
  }
}
