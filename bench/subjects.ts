import { join } from 'node:path';
import type { Closing } from '../test/support/closing.ts';
import type { BenchData } from './data.ts';
import { type Galley, type GalleySettings, startGalley } from './galley.ts';
import { startBare, startEquipped } from './limits.ts';
import type { Target } from './processes.ts';

/** Where Galley serves posts. */
export const POSTS = '/api/v1/posts';
export const LOGIN = '/api/v1/auth/login';

/** What the scenarios compare. */
export interface Subjects {
  cached: Galley;
  uncached: Galley;
  /** node:http with one statement, bare Fastify, and Fastify with plugins. */
  limits: Record<'node' | 'fastify' | 'equipped', Target>;
  data: BenchData;
  /** The slugs of the long tail. */
  slugs: string[];
  accessToken: string;
}

export const loginBody = ({ email, password }: BenchData): string => JSON.stringify({ email, password });

export async function startSubjects(
  { databaseUrl, folder }: GalleySettings,
  data: BenchData,
  slugs: string[],
  closing: Closing,
): Promise<Subjects> {
  const start = (settings?: Record<string, string>) =>
    closing.keep(startGalley({ databaseUrl, folder, settings }));
  const cached = await start();
  const uncached = await start({ POST_LIST_CACHE_TTL_SECONDS: '0', POST_CACHE_TTL_SECONDS: '0' });
  const text = async (path: string) => (await fetch(cached.url + path)).text();
  const bytes = { list: await text(POSTS), post: await text(`${POSTS}/${data.slug}`) };
  const bare = await closing.keep(startBare({ ...data, ...bytes, databaseUrl }));
  const equipped = await closing.keep(startEquipped({ ...bytes, log: join(folder, 'equipped.log') }));
  const limits = { ...bare.targets, ...equipped.targets };
  return { cached, uncached, limits, data, slugs, accessToken: await logIn(cached, data) };
}

async function logIn({ url }: Galley, data: BenchData): Promise<string> {
  const session = await fetch(url + LOGIN, {
    method: 'POST',
    body: loginBody(data),
    headers: { 'content-type': 'application/json' },
  });
  if (!session.ok) throw new Error(`the login failed: ${session.status} ${await session.text()}`);
  return ((await session.json()) as { accessToken: string }).accessToken;
}
