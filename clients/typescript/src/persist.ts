import { ConnectionError, ProblemError } from './errors.ts';
import type { Reply } from './reply.ts';

/** How long and how often a call is repeated. */
export interface Patience {
  /** Ends the call with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /** The maximum duration of the call with all its attempts, in milliseconds. Default: 30,000. */
  deadline?: number | undefined;
  /** The maximum duration of one attempt, in milliseconds. Default: 10,000. */
  timeout?: number | undefined;
  /** The maximum number of repetitions. Default: 5. */
  retries?: number | undefined;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;

/** The server or a proxy in front of it did not process the request. */
const RETRIED = [429, 502, 503, 504];

/**
 * Repeats a request while it can succeed: after network faults, 429, 502, 503, 504, and while an earlier attempt with
 * the same Idempotency-Key is in progress. Waits a random time that doubles (full jitter), or Retry-After if the
 * response has it.
 * @throws ConnectionError, ProblemError, or the reason of the signal
 */
export async function persist(
  send: (signal: AbortSignal) => Promise<Reply>,
  { signal, deadline = 30_000, timeout = 10_000, retries = 5 }: Patience,
): Promise<Reply> {
  const end = Date.now() + deadline;
  for (let n = 0; ; n++) {
    const outcome = await attempt(send, signal, Math.min(timeout, end - Date.now()));
    if (!(outcome instanceof Error)) return outcome;
    const wait = waitAfter(outcome, n);
    if (wait === undefined || n >= retries || Date.now() + wait >= end) throw outcome;
    await sleep(wait, signal);
  }
}

/** @throws the reason of the caller's signal */
async function attempt(
  send: (signal: AbortSignal) => Promise<Reply>,
  signal: AbortSignal | undefined,
  timeout: number,
): Promise<Reply | ConnectionError | ProblemError> {
  signal?.throwIfAborted();
  const late = AbortSignal.timeout(Math.max(1, Math.ceil(timeout)));
  try {
    const reply = await send(signal ? AbortSignal.any([signal, late]) : late);
    return reply.status < 400 ? reply : new ProblemError(reply);
  } catch (error) {
    signal?.throwIfAborted();
    return new ConnectionError(error);
  }
}

/** @returns milliseconds; undefined if a repetition cannot help */
function waitAfter(error: ConnectionError | ProblemError, n: number): number | undefined {
  const jitter = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** n);
  if (error instanceof ConnectionError) return jitter;
  if (!RETRIED.includes(error.status) && error.code !== 'idempotency_key_in_use') return undefined;
  return (error.retryAfter ?? 0) * 1000 + jitter;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slept = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  return orAborted(slept, signal).finally(() => clearTimeout(timer));
}

/** Waits for something that others share: the signal ends only the wait. */
export function orAborted<T>(shared: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return shared;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
