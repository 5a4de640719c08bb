import { ConnectionError, Galley, type Post, ProblemError } from './galley/galley.js';

/** Uses the TypeScript client with the parts of the runtime that it depends on. */
export async function publish(url: string, tag: string): Promise<object> {
  const galley = new Galley(url);
  const account = { email: `${tag}@example.com`, password: 'a rather long password' };
  await galley.auth.register({ ...account, name: tag });
  await galley.auth.login(account);

  let post: Post | undefined;
  for (let n = 1; n <= 3; n++) {
    const draft = await galley.posts.create({ title: `${tag} ${n}`, body: 'It *runs*.', tags: [tag] });
    post = await galley.posts.publish(draft);
    const late = await galley.posts.update(draft, { title: 'Late' }).catch((error: unknown) => error);
    expect(late instanceof ProblemError && late.status === 412, 'a stale change is refused');
  }

  let pages = 0;
  const ids = new Set<string>();
  for await (const { data } of galley.posts.list({ limit: 2, 'filter[tag]': [tag] }).pages()) {
    pages++;
    for (const { id } of data) ids.add(id);
  }

  const abort = new AbortController();
  abort.abort(new Error('enough'));
  const aborted = await galley.users.me({ signal: abort.signal }).catch((error: unknown) => error);
  expect(aborted === abort.signal.reason, 'a signal ends a call with its reason');
  const nobody = new Galley('http://127.0.0.1:9', { retries: 1 });
  const unanswered = await nobody.posts.get('any').catch((error: unknown) => error);
  expect(unanswered instanceof ConnectionError, 'a server that does not answer is a ConnectionError');

  const missing = await galley.posts.get('no-such-post').catch((error: unknown) => error);
  await galley.auth.logout();
  expect((await galley.auth.userId()) === undefined, 'a logout forgets the tokens');
  const problem = missing instanceof ProblemError ? missing.code : undefined;
  return { status: post?.status, pages, posts: ids.size, problem };
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not true here: ${what}`);
}
