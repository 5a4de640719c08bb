/** What is sent, in each attempt of a call. */
export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Body | null;
}

/** A body that can be sent again. A stream cannot. */
export type Body = string | Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

/** A complete response. */
export interface Reply {
  status: number;
  headers: Headers;
  /** The value of a JSON body, otherwise its text; undefined if it is empty. */
  body: unknown;
}

/**
 * Sends a request once and reads the whole response.
 * @throws what `fetch` throws, also if the response breaks off
 */
export async function exchange(fetch: Fetch, { url, ...sent }: Sent, signal: AbortSignal): Promise<Reply> {
  const response = await fetch(url, { ...sent, signal });
  const { status, headers } = response;
  const text = await response.text();
  const isJson = /[/+]json/.test(headers.get('content-type') ?? '');
  return { status, headers, body: isJson && text !== '' ? JSON.parse(text) : text || undefined };
}

/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: Omit<Sent, 'url'> & { signal: AbortSignal }) => Promise<Response>;
