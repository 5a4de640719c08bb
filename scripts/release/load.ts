import { setTimeout as delay } from 'node:timers/promises';
import { networkCode } from '../tools/failures.ts';

interface Load {
  perSecond: number;
  seconds: number;
  paths?: string[];
  signal?: AbortSignal;
}

/** The result of one request: its status, or the reason why there was no response. */
export interface Asked {
  status: number | string;
  ms: number;
}

/** Times in ms. */
export interface LoadResult {
  requests: number;
  errors: number;
  p50: number;
  p95: number;
  p99: number;
  statuses: Record<string, number>;
}

interface Budget {
  errorRatio: number;
  p95Ms: number;
}

/** Public paths, which the gateway forwards. */
const PATHS = ['/api/v1/posts?limit=10', '/api/v1/tags?limit=10'];
const DEADLINE_MS = 10_000;

/** Sends requests at a fixed rate, whether or not responses arrive, so that a slow server is detected. */
export async function load(
  base: string,
  { perSecond, seconds, paths = PATHS, signal }: Load,
): Promise<LoadResult> {
  const outcomes: Asked[] = [];
  const asked: Promise<unknown>[] = [];
  const started = performance.now();
  for (let n = 0; n < perSecond * seconds && !signal?.aborted; n++) {
    const due = started + (n * 1000) / perSecond;
    await delay(Math.max(0, due - performance.now()));
    asked.push(ask(`${base}${paths[n % paths.length]}`).then((outcome) => outcomes.push(outcome)));
  }
  await Promise.all(asked);
  return summarize(outcomes);
}

async function ask(url: string): Promise<Asked> {
  const since = performance.now();
  const status: Asked['status'] = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) })
    .then(async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    })
    .catch(networkCode);
  return { status, ms: performance.now() - since };
}

export function summarize(outcomes: Asked[]): LoadResult {
  const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
  const quantile = (q: number) =>
    Math.round(times[Math.min(times.length - 1, Math.floor(q * times.length))] ?? 0);
  const statuses: Record<string, number> = {};
  for (const { status } of outcomes) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    requests: outcomes.length,
    errors: outcomes.filter(({ status }) => status !== 200).length,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    statuses,
  };
}

/** @returns the exceeded budgets as sentences, or an empty list */
export function overBudget(
  { requests, errors, p95, statuses }: Pick<LoadResult, 'requests' | 'errors' | 'p95' | 'statuses'>,
  { errorRatio, p95Ms }: Budget,
): string[] {
  const faults: string[] = [];
  if (requests === 0) faults.push('nothing was asked');
  if (errors / requests > errorRatio)
    faults.push(
      `${errors} of ${requests} requests failed (${Object.entries(statuses)
        .map(([status, n]) => `${status}: ${n}`)
        .join(
          ', ',
        )})${statuses[429] ? '; 429 is the rate limit. Increase the limits in the values of this environment' : ''}`,
    );
  if (p95 > p95Ms) faults.push(`the p95 was ${p95} ms, and the budget is ${p95Ms} ms`);
  return faults;
}
