import type { Agent, Dispatcher } from 'undici';
import { OutboundFault } from './outbound-fault.js';

/** One request to one address, and its response. */
export interface Hop {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  truncated: boolean;
}

export interface BodyLimit {
  maxBytes: number;
  cut: boolean;
}

/** How far a call has come. A call that fails tells it. */
export interface Progress {
  attempts: number;
  /** The status of the last response, if its headers arrived. */
  status?: number;
}

/**
 * Sends a request and reads the response up to the limit. The connection is closed if there is more.
 * @throws OutboundFault if the body is too large, and errors of undici and of the connection
 */
export async function exchange(
  agent: Agent,
  { url, method, headers, body }: Hop,
  limit: BodyLimit,
  signal: AbortSignal,
  progress: Progress,
): Promise<Answer> {
  progress.status = undefined;
  const answer = await agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers,
    body,
    signal,
  });
  progress.status = answer.statusCode;
  return { status: answer.statusCode, headers: answer.headers, ...(await readBody(answer.body, limit)) };
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  { maxBytes, cut }: BodyLimit,
): Promise<{ body: Buffer; truncated: boolean }> {
  body.on('error', () => undefined); // The end of a loop over the body destroys it.
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      if (!cut) throw tooLarge(maxBytes);
      chunks.push(chunk.subarray(0, chunk.length - (size - maxBytes)));
      return { body: Buffer.concat(chunks), truncated: true };
    }
    chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), truncated: false };
}

const tooLarge = (maxBytes: number) =>
  new OutboundFault('too_large', `The response has more than ${maxBytes} bytes.`);
