import { Conflict, NotFound } from '../platform/errors/problem.js';
import type { Id } from '../platform/schemas/schemas.js';

export class JobNotFound extends NotFound {
  static override readonly code = 'job_not_found';
  static override readonly title = 'Job not found';
  static readonly advice = 'Check the id. A job that is done is deleted after an hour.';
  constructor(id: Id) {
    super(`No job with the id ${id} exists.`);
  }
}

export class JobNotFailed extends Conflict {
  static override readonly code = 'job_not_failed';
  static override readonly title = 'The job cannot be retried';
  static readonly advice =
    'Retry a job in the state `failed` or `dead`. If its definition runs jobs with the same key one after the other, wait until the job before it has ended.';
  constructor(id: Id) {
    super(
      `The job ${id} is not failed or dead, or it must wait for another job with the same key. Read the job, and try again later.`,
    );
  }
}

export class JobIsRunning extends Conflict {
  static override readonly code = 'job_running';
  static override readonly title = 'The job is running';
  static readonly advice = 'Wait until the attempt has ended, then repeat the request.';
  constructor(id: Id) {
    super(`The job ${id} is running and cannot be deleted. Wait until its attempt has ended.`);
  }
}
