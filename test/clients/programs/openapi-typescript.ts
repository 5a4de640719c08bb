import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const [baseUrl, tag] = process.argv.slice(2) as [string, string];
const api = createClient<paths>({ baseUrl });
const email = `${tag}@example.com`;
const password = 'a rather long password';

const registered = await api.POST('/api/v1/auth/register', { body: { email, password, name: tag } });
if (registered.error) throw new Error(registered.error.code);
const login = await api.POST('/api/v1/auth/login', { body: { email, password } });
if (login.error) throw new Error(login.error.code);
const headers = { authorization: `Bearer ${login.data.accessToken}` };

let status: components['schemas']['PostStatus'] | undefined;
for (let n = 1; n <= 3; n++) {
  const created = await api.POST('/api/v1/posts', {
    headers,
    body: { title: `${tag} ${n}`, body: 'It *compiles*.', tags: [tag] },
  });
  if (created.error) throw new Error(created.error.code);
  const published = await api.POST('/api/v1/posts/{id}/publish', {
    headers: { ...headers, 'If-Match': created.response.headers.get('etag') ?? '' },
    params: { path: { id: created.data.id } },
  });
  if (published.error) throw new Error(published.error.code);
  status = published.data.status;
}

let pages = 0;
const ids = new Set<string>();
for (let cursor: string | null | undefined; cursor !== null; pages++) {
  const query = { limit: 2, sort: '-publishedAt' as const, 'filter[tag]': [tag], ...(cursor && { cursor }) };
  const page = await api.GET('/api/v1/posts', { params: { query } });
  if (page.error) throw new Error(page.error.code);
  for (const { id } of page.data.data) ids.add(id);
  cursor = page.data.meta.nextCursor;
}

const missing = await api.GET('/api/v1/posts/{idOrSlug}', { params: { path: { idOrSlug: 'no-such-post' } } });
const problem: components['schemas']['Problem'] | undefined = missing.error;
console.log(JSON.stringify({ status, pages, posts: ids.size, problem: problem?.code }));
