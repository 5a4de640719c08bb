import { Conflict, NotFound } from '../platform/errors/problem.js';

export class CommentNotFound extends NotFound {
  static override readonly code = 'comment_not_found';
  static override readonly title = 'No such comment';
  constructor(id: string) {
    super(`There is no comment ${id}`);
  }
}

export class CommentDeleted extends Conflict {
  static override readonly code = 'comment_deleted';
  static override readonly title = 'The comment is deleted';
  constructor(id: string) {
    super(`Comment ${id} is deleted; only its place in the thread is left`);
  }
}
