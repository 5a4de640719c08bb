import { ConnectionError, ProblemError } from './errors.ts';
import type { Reply } from './reply.ts';

/** How long and how often a call is repeated. */
export interface Patience {
  /** Ends the call with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /**
   * The maximum duration of the call with all its attempts and the refresh of the session, in milliseconds. Default:
   * 30,000.
   */
  deadline?: number | undefined;
  /** The maximum duration of one attempt, in milliseconds. Default: 10,000. */
  timeout?: number | undefined;
  /** The maximum number of repetitions. Default: 5. */
  retries?: number | undefined;
}

/** The limits of one call, which all its requests share. */
export interface Call {
  readonly signal: AbortSignal | undefined;
  /** When the call ends, in milliseconds since 1970. */
  readonly end: number;
  readonly timeout: number;
  readonly retries: number;
  /** If true, the request is not repeated if the server may have processed it. */
  readonly once: boolean;
  repeated: number;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;
/** Timers have 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The server did not process the request. */
const REFUSED = [429, 503];
/** A proxy does not know whether the server has processed the request. */
const UNKNOWN = [502, 504];

export const callOf = (
  { signal, deadline = 30_000, timeout = 10_000, retries = 5 }: Patience,
  once = false,
): Call => ({ signal, end: Date.now() + deadline, timeout, retries, once, repeated: 0 });

/**
 * Repeats a request while it can succeed: after network faults, 429, 502, 503, 504, and while an earlier attempt with
 * the same Idempotency-Key is in progress. Waits a random time that doubles (full jitter), or Retry-After if the
 * response has it.
 * @throws ConnectionError, ProblemError, or the reason of the signal
 */
export async function persist(send: (signal: AbortSignal) => Promise<Reply>, call: Call): Promise<Reply> {
  for (; ; call.repeated++) {
    const outcome = await attempt(send, call);
    if (!(outcome instanceof Error)) return outcome;
    const wait = waitAfter(outcome, call);
    if (wait === undefined || call.repeated >= call.retries || Date.now() + wait >= call.end) throw outcome;
    await sleep(wait, call);
  }
}

/** @throws the reason of the caller's signal */
async function attempt(
  send: (signal: AbortSignal) => Promise<Reply>,
  { signal, timeout, end }: Call,
): Promise<Reply | ConnectionError | ProblemError> {
  signal?.throwIfAborted();
  const late = AbortSignal.timeout(timerMs(Math.min(timeout, end - Date.now())));
  try {
    const reply = await send(signal ? AbortSignal.any([signal, late]) : late);
    return isAnswer(reply) ? reply : new ProblemError(reply);
  } catch (error) {
    signal?.throwIfAborted();
    return new ConnectionError(error);
  }
}

/** A redirect is none. A browser hides it behind the status 0. */
const isAnswer = ({ status }: Reply): boolean => (status >= 200 && status < 300) || status === 304;

/** Returns a random time in milliseconds whose maximum doubles with each repetition (full jitter). */
export const backoff = (repeated: number): number =>
  Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** repeated);

/** @returns milliseconds; undefined if a repetition cannot help */
function waitAfter(error: ConnectionError | ProblemError, { once, repeated }: Call): number | undefined {
  const jitter = backoff(repeated);
  if (error instanceof ConnectionError) return once ? undefined : jitter;
  const { status, code, retryAfter = 0 } = error;
  const helps = REFUSED.includes(status) || (!once && UNKNOWN.includes(status));
  return helps || code === 'idempotency_key_in_use' ? retryAfter * 1000 + jitter : undefined;
}

/** @throws ConnectionError after the end of the call, or the reason of the signal */
export function sleep(ms: number, call: Pick<Call, 'signal' | 'end'>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slept = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS))));
  return orEnded(slept, call).finally(() => clearTimeout(timer));
}

/**
 * Waits for something that others share. The signal and the deadline of the call end only the wait.
 * @throws ConnectionError after the deadline, or the reason of the signal
 */
export function orEnded<T>(shared: Promise<T>, { signal, end }: Pick<Call, 'signal' | 'end'>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason as Error);
    const expire = () => reject(new ConnectionError('The deadline of the call has passed.'));
    const timer = setTimeout(expire, timerMs(end - Date.now()));
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    shared.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
  });
}

const timerMs = (ms: number): number => Math.max(1, Math.min(Math.ceil(ms), LONGEST_TIMER_MS));
