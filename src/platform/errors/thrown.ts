// These cannot use instanceof Error: in jest, Node's own errors come from another context.

/** Returns the message of any thrown value. */
export function messageOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

/** Returns the `code` of a system or PostgreSQL error, for example ENOENT or 57P03. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
