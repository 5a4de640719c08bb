import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ApiRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface ApiAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A stand-in for the API of a provider: it checks each request as the provider documents it. */
export interface ProviderApi {
  url: string;
  /** The accepted requests. */
  accepted: ApiRequest[];
  /** The answer to the next requests, instead of the usual one. */
  answers: ApiAnswer[];
  close(): Promise<void>;
}

/**
 * @param answer returns the answer to a request, with status 200 or 202 if it is valid
 */
export async function providerApi(
  answer: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>,
): Promise<ProviderApi> {
  const accepted: ApiRequest[] = [];
  const answers: ApiAnswer[] = [];
  const server = createServer((incoming, response) => {
    void respond(incoming, response);
  });
  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await requestOf(incoming);
    const given = answers.shift() ?? (await answer(request));
    if (given.status < 300) accepted.push(request);
    response.writeHead(given.status, given.headers).end(given.body);
  }
  await listening(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    answers,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

const requestOf = async (incoming: IncomingMessage): Promise<ApiRequest> => ({
  method: incoming.method ?? '',
  path: incoming.url ?? '',
  headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
  body: await buffer(incoming),
});

export const json = (status: number, body: object, headers: Record<string, string> = {}): ApiAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
