import { ProblemError } from './errors.ts';
import type { CallOptions, Http } from './http.ts';
import type { Query } from './listed.ts';
import type { Change, ChangePage, Comment, Post, Tag, User } from './openapi.ts';
import { backoff, sleep } from './persist.ts';

interface Views {
  post: Post;
  comment: Comment;
  tag: Omit<Tag, 'postCount'>;
  user: Partial<User> & Pick<User, 'id' | 'name' | 'avatarUrl'>;
}

/** A change of one type of resource. Its `data` is absent if the resource is gone. */
export type ChangeOf<Type extends keyof Views> = Omit<Change, 'data'> & { data?: Views[Type] };

/** Tells whether a change is one of this type of resource: `isChangeOf(change, 'post')`. */
export const isChangeOf = <Type extends keyof Views>(change: Change, type: Type): change is ChangeOf<Type> =>
  change.resource.type === type;

/** The changes of one response, and where the next one begins. */
export interface Changes {
  changes: Change[];
  /** Store it after you have applied the changes. */
  cursor: string;
}

type Options = CallOptions & Pick<Query<'followChanges'>, 'types' | 'limit'>;

/** How long the server waits for a change, in seconds. */
const WAIT_S = 30;
const TIMEOUT_MS = 45_000;

/** The feed of changes, for clients that mirror content. */
export class ChangeFeed {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Returns the cursor of the present end of the feed. Take it before you read the lists. */
  async cursor(options?: CallOptions): Promise<string> {
    return (await this.read({}, options)).meta.nextCursor;
  }

  /** Reads one response. */
  read(query: Query<'followChanges'>, options?: CallOptions): Promise<ChangePage> {
    return this.#http.request('GET', '/changes', { ...options, query });
  }

  /**
   * Yields all changes after a cursor, and then waits for more, until you leave the loop or the signal ends it. It
   * continues after errors that pass, with growing pauses. After a crash, call it again with the last cursor that you
   * have stored.
   * @throws ProblemError with the code `changes_gone` if the cursor is too old: start over
   */
  async *follow(cursor: string, options: Options = {}): AsyncGenerator<Changes, void> {
    const { types, limit, ...callOptions } = options;
    const filters = { ...(types && { types }), ...(limit && { limit }) };
    for (;;) {
      const { data, meta } = await this.#next({ ...filters, cursor, wait: WAIT_S }, callOptions);
      cursor = meta.nextCursor;
      yield { changes: data, cursor };
    }
  }

  async #next(query: Query<'followChanges'>, options: CallOptions): Promise<ChangePage> {
    const patience = { timeout: TIMEOUT_MS, deadline: 10 * TIMEOUT_MS, retries: 1000, ...options };
    for (let repeated = 0; ; repeated++) {
      let retryAfter: number | undefined;
      try {
        return await this.read(query, patience);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof ProblemError && error.status < 500 && error.status !== 429) throw error;
        if (error instanceof ProblemError) ({ retryAfter } = error);
      }
      await sleep((retryAfter ?? 0) * 1000 + backoff(repeated), { signal: options.signal, end: Infinity });
    }
  }
}
