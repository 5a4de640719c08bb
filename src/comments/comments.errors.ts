import { Conflict, NotFound } from '../platform/errors/problem.js';

export class CommentNotFound extends NotFound {
  static override readonly code = 'comment_not_found';
  static override readonly title = 'Comment not found';
  static readonly advice =
    'Check the id. If the comment is not visible, log in as its author, as the author of the post, or as an editor.';
  constructor(id: string) {
    super(`No comment with the id ${id} exists, or you may not read it.`);
  }
}

export class CommentDeleted extends Conflict {
  static override readonly code = 'comment_deleted';
  static override readonly title = 'The comment is deleted';
  static readonly advice =
    'Do not repeat the request. Read the comments of the post again to show their current state.';
  constructor(id: string) {
    super(`Comment ${id} is deleted and cannot be changed.`);
  }
}

export class CommentsClosed extends Conflict {
  static override readonly code = 'comments_closed';
  static override readonly title = 'Comments are closed';
  static readonly advice =
    'Do not repeat the request. Hide the form for comments of this post: its `commentsOpen` is false.';
  constructor(postId: string) {
    super(
      `Post ${postId} accepts no new comments. Its author or an editor can open them with commentsOpen: true.`,
    );
  }
}
