/** How node-postgres reaches the database. */
export interface EmbeddedConnection {
  /** Folder of the Unix socket. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** The host in the query wins; without `sslmode` an environment's PGSSLMODE would ask the socket for TLS. */
export function urlOf({ host, port, user, password, database }: EmbeddedConnection): string {
  const query = new URLSearchParams({ host, port: String(port), sslmode: 'disable' });
  return `postgres://${user}:${password}@localhost/${encodeURIComponent(database)}?${query.toString()}`;
}
