import { createHash } from 'node:crypto';

const names = new Map<string, string>();

/** The name under which every connection keeps a statement of this text prepared. */
export function preparedName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `galley_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    names.set(text, name);
  }
  return name;
}
