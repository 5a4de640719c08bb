import { client } from './api/client.gen.js';
import { createPost, getPost, listPosts, loginUser, publishPost, registerUser } from './api/sdk.gen.js';
import type { PostStatus, Problem } from './api/types.gen.js';

const [baseUrl, tag] = process.argv.slice(2) as [string, string];
const email = `${tag}@example.com`;
const password = 'a rather long password';
client.setConfig({ baseUrl: baseUrl as '/' });

await registerUser({ body: { email, password, name: tag }, throwOnError: true });
const { data: tokens } = await loginUser({ body: { email, password }, throwOnError: true });
client.setConfig({ auth: tokens.accessToken });

let status: PostStatus | undefined;
for (let n = 1; n <= 3; n++) {
  const body = { title: `${tag} ${n}`, body: 'It *compiles*.', tags: [tag] };
  const created = await createPost({ body, throwOnError: true });
  const etag = created.response.headers.get('etag') ?? '';
  const published = await publishPost({
    path: { id: created.data.id },
    headers: { 'If-Match': etag },
    throwOnError: true,
  });
  status = published.data.status;
}

let pages = 0;
const ids = new Set<string>();
for (let cursor: string | null | undefined; cursor !== null; pages++) {
  const query = { limit: 2, sort: '-publishedAt' as const, 'filter[tag]': [tag], ...(cursor && { cursor }) };
  const { data: page } = await listPosts({ query, throwOnError: true });
  for (const { id } of page.data) ids.add(id);
  cursor = page.meta.nextCursor;
}

const { error } = await getPost({ path: { idOrSlug: 'no-such-post' } });
const problem: Problem | undefined = error;
console.log(JSON.stringify({ status, pages, posts: ids.size, problem: problem?.code }));
