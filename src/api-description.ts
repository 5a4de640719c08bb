import type { ApiDescription } from './platform/http/contract/api-description.js';
import { API_PATH } from './platform/http/routes/api-path.js';

/** The front page of the OpenAPI document. The sections are described by the modules that have their routes. */
export const apiDescription: ApiDescription = {
  title: 'Galley',
  description: `Galley is a publishing API. It manages accounts, posts, comments and tags over REST.

Lists use cursor pagination. \`ETag\` and \`If-Match\` prevent lost updates. Every error response is an
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document with a stable [code](/docs/problems).

To try the API at \`/docs\`, send **Register an account**, then select **Authorize** and log in. Every request contains an
example: select **Execute** to send it. After you create a resource, its identifier is filled into the following requests.`,
  authentication:
    'The access token that `POST /api/v1/auth/login` returns. It is a JWT (RFC 9068) and follows RFC8725.',
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  examples: {
    list: `${API_PATH}/posts`,
    created: `${API_PATH}/posts/019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41`,
    problem: {
      code: 'post_not_found',
      status: 404,
      title: 'Post not found',
      detail: 'No post with the id or slug hello-world exists, or you may not read it.',
      instance: `${API_PATH}/posts/hello-world`,
    },
  },
};
