/** Tells whether the address is loopback or a Unix socket, where nobody can intercept the connection. */
export function isLocal(url: string | undefined): boolean {
  if (!url) return true;
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return (
    host === '' || host.startsWith('/') || host === 'localhost' || host === '[::1]' || host.startsWith('127.')
  );
}

/** Tells whether no database is set, so that Galley starts its own. */
export const isEmbedded = ({ production, DATABASE_URL }: { production: boolean; DATABASE_URL?: string }) =>
  !production && DATABASE_URL === undefined;

interface Link {
  DATABASE_URL?: string;
  DATABASE_MIGRATION_URL?: string;
  DATABASE_SSL_MODE: string;
}

/** Returns warnings about the connection to a database on another machine. */
export function linkWarnings({ DATABASE_SSL_MODE: mode, ...urls }: Link): string[] {
  if (isLocal(urls.DATABASE_URL) && isLocal(urls.DATABASE_MIGRATION_URL)) return [];
  if (mode === 'disable')
    return [
      'DATABASE_SSL_MODE=disable: the connection to the database is not encrypted, so others on the network can read it',
    ];
  if (mode === 'require')
    return [
      'DATABASE_SSL_MODE=require: the connection is encrypted, but the identity of the server is not verified. Use verify-full, with DATABASE_SSL_CA for a private certificate authority',
    ];
  return [];
}
