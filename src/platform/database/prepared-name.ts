import { createHash } from 'node:crypto';

const names = new Map<string, string>();

/** Returns the name of the prepared statement with this text, which is the same on every connection. */
export function preparedName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `galley_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    names.set(text, name);
  }
  return name;
}
