import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface FormerBody {
  id: string;
  kind: 'post' | 'comment';
  body: string;
}

/**
 * Returns the HTML that the former system shows for each body. A program reads one JSON object with `id`, `kind` and
 * `body` on each line, and writes one with `id` and `html`.
 */
export async function formerHtml(program: string, bodies: FormerBody[]): Promise<Map<string, string>> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'ignore'] });
  const output = text(child.stdout);
  const closed = once(child, 'close');
  child.stdin.end(bodies.map((body) => `${JSON.stringify(body)}\n`).join(''));
  await closed;
  const lines = (await output).split('\n').filter((line) => line.startsWith('{'));
  const shown = lines.map((line) => JSON.parse(line) as { id: string; html: string });
  if (shown.length !== bodies.length)
    throw new Error(`${program} wrote ${shown.length} of ${bodies.length} bodies`);
  return new Map(shown.map(({ id, html }) => [id, html]));
}
