import type { BodyFormat, Rendered, Rendering } from '../../platform/content/render.js';

/** Renders each body once: what is seeded repeats itself. */
export function remembered(rendering: Rendering): Rendering {
  const posts = new Map<string, Rendered>();
  const comments = new Map<string, string>();
  return {
    post: (body, format) => once(posts, body, format, () => rendering.post(body, format)),
    comment: (body, format) => once(comments, body, format, () => rendering.comment(body, format)),
  };
}

async function once<T>(
  made: Map<string, T>,
  body: string,
  format: BodyFormat,
  render: () => T | Promise<T>,
): Promise<T> {
  const key = `${format} ${body}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const rendered = await render();
  made.set(key, rendered);
  return rendered;
}
