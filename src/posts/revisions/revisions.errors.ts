import { Conflict, NotFound } from '../../platform/errors/problem.js';

export class RevisionNotFound extends NotFound {
  static override readonly code = 'revision_not_found';
  static override readonly title = 'Revision not found';
  static readonly advice =
    'List the revisions of the post. Revisions are deleted some time after others have replaced them, and numbers are not used again.';
  constructor(number: number) {
    super(`The post has no revision ${number}, or it was deleted because newer ones replaced it.`);
  }
}

export class NoPendingRevision extends Conflict {
  static override readonly code = 'no_pending_revision';
  static override readonly title = 'The post has no pending revision';
  static readonly advice = 'Read the post again: its pending revision was published or discarded.';
  constructor(id: string) {
    super(`Post ${id} has no pending revision.`);
  }
}

export class PendingRevisionOutdated extends Conflict {
  static override readonly code = 'pending_revision_outdated';
  static override readonly title = 'The pending revision is outdated';
  static readonly advice =
    'Compare the pending revision with the current one. Send the fields that conflict again with `draft=true`, or discard the pending revision.';
  constructor(id: string, fields: string[]) {
    super(
      `Since the private edit of post ${id}, somebody changed the same fields publicly: ${fields.join(', ')}. Send them again with draft=true, or discard the pending revision.`,
    );
  }
}
