import { Conflict, NotFound } from '../platform/errors/problem.js';

export class CommentNotFound extends NotFound {
  static override readonly code = 'comment_not_found';
  static override readonly title = 'Comment not found';
  constructor(id: string) {
    super(`No comment with the id ${id} exists, or you may not read it.`);
  }
}

export class CommentDeleted extends Conflict {
  static override readonly code = 'comment_deleted';
  static override readonly title = 'The comment is deleted';
  constructor(id: string) {
    super(`Comment ${id} is deleted and cannot be changed.`);
  }
}

export class CommentsClosed extends Conflict {
  static override readonly code = 'comments_closed';
  static override readonly title = 'Comments are closed';
  constructor(postId: string) {
    super(
      `Post ${postId} accepts no new comments. Its author or an editor can open them with commentsOpen: true.`,
    );
  }
}
