import { type BodyFormat, type Rendered, renderComment, renderPost } from './render.js';

/** A body to render, as it is handed to a worker thread. */
export interface RenderTask {
  kind: 'post' | 'comment';
  body: string;
  format: BodyFormat;
}

/** Runs on a worker thread. A comment has no summary. */
export default function render({ kind, body, format }: RenderTask): Rendered {
  return kind === 'post' ? renderPost(body, format) : { html: renderComment(body, format), summary: '' };
}
