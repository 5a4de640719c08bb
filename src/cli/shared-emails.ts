import type { DataSource } from 'typeorm';
import { canonicalEmail } from '../users/users.service.js';

const MOST_EXAMINED = 1000;
const MOST_NAMED = 20;

interface Account {
  id: string;
  email: string;
}

/**
 * Describes the accounts of an earlier release that share their address with another account in another spelling.
 * Both work, so this is not a failure. It reads `users`. The server sets missing canonical addresses after its start.
 */
export async function sharedEmails(source: DataSource): Promise<string> {
  const without = await source.query<Account[]>(
    'SELECT id, email FROM users WHERE canonical_email IS NULL AND email IS NOT NULL ORDER BY id LIMIT $1',
    [MOST_EXAMINED],
  );
  const holders = await source.query<{ id: string; address: string }[]>(
    'SELECT id, canonical_email AS address FROM users WHERE canonical_email = ANY($1)',
    [without.map(({ email }) => canonicalEmail(email))],
  );
  const idOf = new Map(holders.map(({ id, address }) => [address, id]));
  const shared = without.flatMap(({ id, email }) => {
    const holder = idOf.get(canonicalEmail(email));
    return holder === undefined ? [] : `${id} that of ${holder}`;
  });
  if (shared.length === 0) return 'each account has an address of its own';
  const accounts = shared.length === 1 ? '1 account has' : `${shared.length} accounts have`;
  const named = shared.slice(0, MOST_NAMED).join(', ');
  return `${accounts} the address of another account in another spelling: ${named}. Disable one of the two`;
}
