import { COMMENT_BODY } from '../../src/comments/comment.rendering.js';
import type { BodyFormat } from '../../src/platform/content/body-format.js';
import { render, type Rendered } from '../../src/platform/content/render.js';
import { POST_BODY } from '../../src/posts/post.rendering.js';

export const renderPost = (body: string, format: BodyFormat): Rendered =>
  render({ kind: POST_BODY, body, format });

export const renderComment = (body: string, format: BodyFormat = 'markdown'): string =>
  render({ kind: COMMENT_BODY, body, format }).html;
