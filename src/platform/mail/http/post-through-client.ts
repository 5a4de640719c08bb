import type { ServiceClient } from '../../outbound/service-client.js';
import type { Target } from '../../outbound/target.js';
import type { PostToProvider } from './mail-provider.js';

const PROVIDER: Target = { name: 'mail', addresses: 'outside' };
/** A response that comes too late can be lost, and the next attempt is then a copy. */
const DEADLINE_MS = 10_000;
const MOST_BYTES = 16_384;

/** Sends requests through the service client, which repeats no POST. */
export const postThrough =
  (client: ServiceClient): PostToProvider =>
  async ({ url, headers, body }) => {
    const response = await client.request({
      target: PROVIDER,
      method: 'POST',
      url,
      headers,
      body,
      deadlineMs: DEADLINE_MS,
      maxBytes: MOST_BYTES,
      cut: true,
    });
    return {
      status: response.status,
      header: (name) => [response.headers[name]].flat()[0],
      text: response.body.toString(),
    };
  };
