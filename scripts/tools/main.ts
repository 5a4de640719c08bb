import { existsSync, realpathSync } from 'node:fs';

/** Whether the module is what Node was started with: then it runs, else somebody imports it. */
export function isMain({ filename }: ImportMeta): boolean {
  const [, started] = process.argv;
  return started !== undefined && existsSync(started) && realpathSync(started) === filename;
}
