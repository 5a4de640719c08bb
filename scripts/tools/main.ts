import { existsSync, realpathSync } from 'node:fs';

/** Tells whether Node was started with this module, and not with one that imports it. */
export function isMain({ filename }: ImportMeta): boolean {
  const [, started] = process.argv;
  return started !== undefined && existsSync(started) && realpathSync(started) === filename;
}
