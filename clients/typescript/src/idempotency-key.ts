/** Returns a key for a write. It names the session, because the server knows a key only within its session. */
export const newKey = (session: string | undefined): string =>
  session === undefined ? `"${randomId()}"` : `"galley:${session}:${randomId()}"`;

/** Tells whether this client has created the key in another session. */
export const isOfAnother = (session: string, key: string | undefined): boolean =>
  (/^"galley:(.+):/.exec(key ?? '')?.[1] ?? session) !== session;

/** In a browser, `randomUUID` exists only on https and on localhost. */
export const randomId = (): string =>
  crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-');
