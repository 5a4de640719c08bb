/** The parameters with which node-postgres connects to the database. */
export interface EmbeddedConnection {
  /** The folder of the Unix socket. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/**
 * The host in the query has priority. Without `sslmode`, PGSSLMODE of the environment would enable TLS on the
 * socket.
 */
export function urlOf({ host, port, user, password, database }: EmbeddedConnection): string {
  const query = new URLSearchParams({ host, port: String(port), sslmode: 'disable' });
  return `postgres://${user}:${password}@localhost/${encodeURIComponent(database)}?${query.toString()}`;
}
