/**
 * Runs all heavy tests in turn with `npm run test:heavy` (about two hours), or one of them with `npm run
 * test:heavy -- kill-loop`.
 */
import { spawnSync } from 'node:child_process';
import { findTool } from '../../scripts/tools/debian-tools.ts';
import { isMain } from '../../scripts/tools/main.ts';
import { TESTS } from './tests.ts';

const NAMES = Object.keys(TESTS);
/** Their second argument names cases. */
const WITH_CASES = ['invalidation', 'schedule'];

/** @returns the exit code */
export function runHeavyTests([asked, ...args]: string[]): number {
  if (asked === '--help') {
    console.log(`npm run test:heavy [-- NAME ARGUMENTS]; NAME is one of ${NAMES.join(', ')}`);
    return 0;
  }
  if (asked && !NAMES.includes(asked)) {
    console.error(`There is no heavy test ${asked}; there are ${NAMES.join(', ')}`);
    return 2;
  }
  const counts = asked === 'import-fields' ? [] : WITH_CASES.includes(asked ?? '') ? args.slice(0, 1) : args;
  const wrong = counts.find((arg) => !/^\d+$/.test(arg));
  if (wrong !== undefined) {
    console.error(`${asked} takes whole numbers, not ${wrong}; see test/heavy/`);
    return 2;
  }
  const env = { GALLEY_REDIS_SERVER: findTool('redis-server'), ...process.env };
  for (const name of asked ? [asked] : NAMES) {
    console.log(`\n== ${name}`);
    // Each has a process of its own, because some measure its memory.
    const { status } = spawnSync(process.execPath, ['test/heavy/one.ts', name, ...args], {
      stdio: 'inherit',
      env,
    });
    if (status === 0) continue;
    console.error(`${name} failed`);
    return status ?? 1;
  }
  return 0;
}

if (isMain(import.meta)) process.exitCode = runHeavyTests(process.argv.slice(2));
