import { load, overBudget } from './load.ts';
import { Refusal } from './refusal.ts';

/** At this many times the speed at which an SLO of 99.9 % allows errors, somebody is woken (the chart's fast burn). */
const BURN = 14.4;
const ERROR_BUDGET = 0.001;
const WINDOW_SECONDS = 15;
/** Four windows make a minute, in which one lost request or one slow window is bad luck and two are not. */
const REMEMBERED = 4;
const LUCK = 1;
const P95_MS = 1000;
/** 300 in five minutes: production counts readers by their address (RATE_LIMIT_MAX, 1000 in 15 minutes). */
const PER_SECOND = 1;

/**
 * Looks at a release for a while, and ends as soon as it burns too fast: by its
 * own requests, and by the users' where Prometheus can be asked.
 * @returns the windows
 */
export async function watch(base, { seconds, prometheusUrl, namespace, restarts }) {
  const windows = [];
  const before = await restarts();
  for (let passed = 0; passed < seconds; passed += WINDOW_SECONDS) {
    const span = Math.min(WINDOW_SECONDS, seconds - passed);
    windows.push(await load(base, { perSecond: PER_SECOND, seconds: span }));
    const faults = judgeWindows(windows);
    const now = await restarts();
    if (now > before) faults.push(`containers were restarted ${now - before} times`);
    if (prometheusUrl) faults.push(...(await burning(prometheusUrl, namespace)));
    if (faults.length > 0) throw new Refusal(`after ${passed + span} s: ${faults.join('; ')}`);
  }
  return windows;
}

/** What the last minute says against the release, as sentences. */
export function judgeWindows(windows) {
  const last = windows.slice(-REMEMBERED);
  const sum = (field) => last.reduce((total, window) => total + window[field], 0);
  const statuses = {};
  for (const window of last)
    for (const [status, n] of Object.entries(window.statuses)) statuses[status] = (statuses[status] ?? 0) + n;
  const requests = sum('requests');
  const errors = sum('errors');
  const errorRatio = Math.max(BURN * ERROR_BUDGET, LUCK / requests);
  const p95 = last.map((window) => window.p95).sort((a, b) => b - a)[1] ?? 0;
  return overBudget({ requests, errors, p95, statuses }, { errorRatio, p95Ms: P95_MS });
}

/** Probes and scrapes are no traffic, as in the chart's alerts: they thin out what readers get, and an unready pod answers them with 503. */
const USERS = 'route!~"/health.*|/ready|/live|/metrics"';

/** The users' own errors, with the traffic that a ratio needs to mean something. */
async function burning(prometheusUrl, namespace) {
  const requests = (more) => `sum(rate(http_requests_total{namespace="${namespace}",${USERS}${more}}[2m]))`;
  const query = `${requests(',status_code=~"5.."')} / (${requests('')} > 1) > ${BURN * ERROR_BUDGET}`;
  const url = `${prometheusUrl.replace(/\/+$/, '')}/api/v1/query?query=${encodeURIComponent(query)}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch((error) => {
    throw new Refusal(
      `Prometheus does not answer at ${prometheusUrl}: ${error.cause?.message ?? error.message}`,
    );
  });
  if (!answer.ok) throw new Refusal(`Prometheus answered ${answer.status} to ${query}`);
  const { data } = await answer.json();
  return data.result.map(
    ({ value }) => `${(Number(value[1]) * 100).toFixed(2)} % of the users' requests fail`,
  );
}
