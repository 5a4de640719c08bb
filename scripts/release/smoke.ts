/**
 * Checks the most important endpoints of a running Galley: `npm run test:smoke`. API_URL (or BASE_URL) is the URL;
 * the default is http://localhost:3000.
 */
import { networkFault } from '../tools/failures.ts';
import { isMain } from '../tools/main.ts';

interface Answers {
  status?: string;
  data?: unknown;
  meta?: object;
}

type Check = [path: string, holds: (answer: Answers) => boolean];

const CHECKS: Check[] = [
  ['/health', ({ status }) => status === 'ok'],
  ['/health/ready', ({ status }) => status === 'ok'],
  ['/api/v1/posts?limit=1', ({ data, meta = {} }) => Array.isArray(data) && 'nextCursor' in meta],
];

/** @returns the number of failed checks */
export async function smoke(base: string): Promise<number> {
  let failed = 0;
  for (const [path, holds] of CHECKS) {
    const since = performance.now();
    const outcome = await ask(base + path, holds);
    if (outcome !== 'ok') failed++;
    const ms = Math.round(performance.now() - since);
    console.log(`${outcome === 'ok' ? 'ok  ' : 'FAIL'} ${base}${path} ${outcome} ${ms} ms`);
  }
  return failed;
}

function ask(url: string, holds: Check[1]): Promise<string> {
  return fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    async (answer) =>
      answer.ok && holds((await answer.json()) as Answers) ? 'ok' : `answered ${answer.status}`,
    (error: unknown) => `no response: ${networkFault(error)}`,
  );
}

if (isMain(import.meta)) {
  const base = process.env.API_URL ?? process.env.BASE_URL ?? 'http://localhost:3000';
  process.exitCode = (await smoke(base.replace(/\/+$/, ''))) === 0 ? 0 : 1;
}
