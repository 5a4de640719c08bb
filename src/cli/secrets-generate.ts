import { randomBytes } from 'node:crypto';
import { SETTINGS } from '../settings.js';

const BYTES = 32;

/** Prints a new value for each secret that only Galley uses, as lines of an .env file. It stores nothing. */
export function secretsGenerate({ json = false }: { json?: boolean }): Promise<void> {
  const names = SETTINGS.names.filter((name) => SETTINGS.meta(name).generated);
  const secrets = names.map((name) => [name, randomBytes(BYTES).toString('hex')] as const);
  if (json) console.log(JSON.stringify(Object.fromEntries(secrets)));
  else for (const [name, value] of secrets) console.log(`${name}=${value}`);
  return Promise.resolve();
}
