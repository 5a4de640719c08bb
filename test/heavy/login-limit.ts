import { randomUUID } from 'node:crypto';
import type { GalleyProcess } from './process.ts';
import { Writer } from './writer.ts';

/** The value of AUTH_RATE_LIMIT_MAX. */
export const FAILURES = 5;
const TRIES = 12;

/** Concurrent failures: as many as permitted are tried, and then even the correct password is rejected. */
export async function loginLimitHolds(galley: GalleyProcess): Promise<boolean> {
  const email = `${randomUUID()}@example.com`;
  await Writer.signUp(galley, email);
  const login = (password: string) =>
    fetch(`${galley.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    }).then(({ status }) => status);
  const statuses = await Promise.all(Array.from({ length: TRIES }, () => login('wrong wrong wrong wrong')));
  const tried = statuses.filter((status) => status === 401).length;
  const refused = statuses.filter((status) => status === 429).length;
  return (
    tried === FAILURES && refused === TRIES - FAILURES && (await login('a password that is long')) === 429
  );
}
