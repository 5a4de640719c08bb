/** Runs one heavy test in this process: node test/heavy/one.ts NAME ARGUMENTS */
import { once } from 'node:events';
import { isMain } from '../../scripts/tools/main.ts';
import { Closing } from '../support/closing.ts';
import type { HeavyTest } from './heavy-test.ts';
import { TESTS } from './tests.ts';

/** @returns the exit code */
export async function runOne(test: HeavyTest, args: string[]): Promise<number> {
  const closing = new Closing();
  try {
    const faults = await Promise.race([test(args, closing), endedEarly()]);
    for (const fault of faults) console.error(fault);
    return faults.length === 0 ? 0 : 1;
  } finally {
    await closing.close();
  }
}

/** Whoever ends a test early expects that its servers end too. */
async function endedEarly(): Promise<string[]> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return ['the test was ended early'];
}

if (isMain(import.meta)) {
  const [name = '', ...args] = process.argv.slice(2);
  const load = TESTS[name];
  if (!load) throw new Error(`there is no heavy test ${name}`);
  process.exit(await runOne(await load(), args));
}
