import { ProblemError } from './errors.ts';
import type { Http } from './http.ts';
import type { Query } from './listed.ts';
import type { Event, StreamedNotification } from './openapi.ts';
import { sleep } from './persist.ts';

/** An event or a notification, and where to continue after it. */
export type Received = {
  /** Store it after you have applied the event. */
  cursor: string;
} & ({ event: Event; notification?: undefined } | { notification: StreamedNotification; event?: undefined });

interface Options extends Query<'followEvents'> {
  /** The cursor of the last event that you have applied. Default: begin now. */
  cursor?: string | undefined;
  /** Ends the stream with the reason of the signal. */
  signal?: AbortSignal | undefined;
}

/** The server sends a heartbeat more often. */
const SILENT_MS = 60_000;
const RETRY_MS = 3000;

/** The stream of events, for front ends. */
export class Events {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /**
   * Yields events as they happen, until you leave the loop or the signal ends it. It connects again when the connection
   * breaks or the access token expires, and continues where it was: no event is missed or repeated.
   * @throws ProblemError `events_gone` if the cursor is too old: read again what you show, and follow without a cursor;
   *   `not_signed_in` after the session has ended
   */
  async *follow({ cursor, signal, ...query }: Options = {}): AsyncGenerator<Received, void> {
    for (let retry = RETRY_MS; ;) {
      const connection = new AbortController();
      const stop = () => connection.abort(signal?.reason);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(stop, SILENT_MS);
      };
      signal?.addEventListener('abort', stop);
      try {
        signal?.throwIfAborted();
        heard();
        for await (const fields of fieldsOf(await this.#connect(query, cursor, connection.signal))) {
          heard();
          cursor = fields.id ?? cursor;
          retry = Number(fields.retry ?? retry);
          const kind = fields.event === 'notification' ? fields.event : 'event';
          if (fields.data) yield { [kind]: JSON.parse(fields.data) as unknown, cursor } as Received;
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof ProblemError && error.status < 500 && error.status !== 429) throw error;
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        connection.abort();
      }
      await sleep(retry, { signal, end: Infinity });
    }
  }

  #connect(
    query: object,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const headers: Record<string, string> = cursor ? { 'last-event-id': cursor } : {};
    return this.#http.request('GET', '/events', {
      query,
      headers,
      signal,
      timeout: Infinity,
      deadline: Infinity,
      retries: Infinity,
    });
  }
}

/** The fields of each message. A message ends with an empty line. */
async function* fieldsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Record<string, string>, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const messages = (rest + value).split('\n\n');
    rest = messages.pop() as string;
    for (const message of messages)
      yield Object.fromEntries(
        message.split('\n').map((line) => /^([^:]*): ?(.*)/.exec(line)?.slice(1) ?? []),
      );
  }
}
