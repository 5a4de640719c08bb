/** What is sent, in each attempt of a call. */
export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Body | null;
}

/** A body that can be sent again. A stream cannot. */
export type Body = string | Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

/** A complete response, except for a stream of events. */
export interface Reply {
  status: number;
  headers: Headers;
  /** The value of a JSON body, otherwise its text; undefined if it is empty. A stream of events is the stream. */
  body: unknown;
}

/**
 * Sends a request once and reads the whole response. It does not follow redirects, which could carry a password or a
 * token to another server.
 * @throws what `fetch` throws, also if the response breaks off
 */
export async function exchange(fetch: Fetch, { url, ...sent }: Sent, signal: AbortSignal): Promise<Reply> {
  const response = await fetch(url, { ...sent, signal, redirect: 'manual' });
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  if (type.startsWith('text/event')) return { status, headers, body: response.body };
  const text = await response.text();
  const isJson = /[/+]json/.test(type);
  return { status, headers, body: isJson && text !== '' ? JSON.parse(text) : text || undefined };
}

/** The part of `fetch` that the client uses. */
export type Fetch = (
  url: string,
  init: Omit<Sent, 'url'> & Pick<RequestInit, 'redirect'> & { signal: AbortSignal },
) => Promise<Response>;
