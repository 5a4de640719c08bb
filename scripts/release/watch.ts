import { networkFault } from '../tools/failures.ts';
import { load, type LoadResult, overBudget } from './load.ts';
import { Refusal } from './refusal.ts';

/** The burn rate of an SLO of 99.9 % at which an operator is paged (the fast burn of the chart). */
const BURN = 14.4;
const ERROR_BUDGET = 0.001;
const WINDOW_SECONDS = 15;
/** Four windows are one minute. One lost request or one slow window can be a coincidence, but two are not. */
const REMEMBERED = 4;
const LUCK = 1;
const P95_MS = 1000;
/** 300 requests in five minutes, because production limits readers per address (RATE_LIMIT_MAX, 1000 in 15 minutes). */
const PER_SECOND = 1;

interface Watch {
  seconds: number;
  /** Without it, only the requests of this check count. */
  prometheusUrl?: string;
  namespace: string;
  /** Returns the number of container restarts so far. */
  restarts: () => Promise<number>;
}

type Window = Pick<LoadResult, 'requests' | 'errors' | 'p95' | 'statuses'>;

/**
 * Monitors a release for some time, and stops as soon as its error rate is too high: of its own requests, and of
 * the requests of users if Prometheus is available.
 * @returns the windows
 */
export async function watch(
  base: string,
  { seconds, prometheusUrl, namespace, restarts }: Watch,
): Promise<LoadResult[]> {
  const windows: LoadResult[] = [];
  const before = await restarts();
  for (let passed = 0; passed < seconds; passed += WINDOW_SECONDS) {
    const span = Math.min(WINDOW_SECONDS, seconds - passed);
    windows.push(await load(base, { perSecond: PER_SECOND, seconds: span }));
    const faults = judgeWindows(windows);
    const now = await restarts();
    if (now > before) faults.push(`container restarts: ${now - before}`);
    if (prometheusUrl) faults.push(...(await burning(prometheusUrl, namespace)));
    if (faults.length > 0) throw new Refusal(`after ${passed + span} s: ${faults.join('; ')}`);
  }
  return windows;
}

/** Returns the faults of the last minute as sentences. */
export function judgeWindows(windows: Window[]): string[] {
  const last = windows.slice(-REMEMBERED);
  const sum = (field: 'requests' | 'errors') => last.reduce((total, window) => total + window[field], 0);
  const statuses: Record<string, number> = {};
  for (const window of last)
    for (const [status, n] of Object.entries(window.statuses)) statuses[status] = (statuses[status] ?? 0) + n;
  const requests = sum('requests');
  const errors = sum('errors');
  const errorRatio = Math.max(BURN * ERROR_BUDGET, LUCK / requests);
  const p95 = last.map((window) => window.p95).sort((a, b) => b - a)[1] ?? 0;
  return overBudget({ requests, errors, p95, statuses }, { errorRatio, p95Ms: P95_MS });
}

/**
 * Excludes probes and scrapes, as the alerts of the chart do. They would reduce the error ratio of readers, and an
 * unready pod answers them with 503.
 */
const USERS = 'route!~"/health.*|/ready|/live|/metrics"';

/** Returns the error ratio of users, if there is enough traffic for a ratio. */
async function burning(prometheusUrl: string, namespace: string): Promise<string[]> {
  const requests = (more: string) =>
    `sum(rate(http_requests_total{namespace="${namespace}",${USERS}${more}}[2m]))`;
  const query = `${requests(',status_code=~"5.."')} / (${requests('')} > 1) > ${BURN * ERROR_BUDGET}`;
  const url = `${prometheusUrl.replace(/\/+$/, '')}/api/v1/query?query=${encodeURIComponent(query)}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch((error: unknown) => {
    throw new Refusal(`Prometheus does not respond at ${prometheusUrl}: ${networkFault(error)}`);
  });
  if (!answer.ok) throw new Refusal(`Prometheus returned ${answer.status} for ${query}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return data.result.map(
    ({ value }) => `${(Number(value[1]) * 100).toFixed(2)} % of the users' requests fail`,
  );
}
