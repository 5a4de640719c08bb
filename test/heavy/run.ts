/**
 * Runs all heavy tests in turn with `npm run test:heavy` (about 55 minutes), or one of them with `npm run
 * test:heavy -- kill-loop`.
 */
import { spawnSync } from 'node:child_process';
import { findTool } from '../../scripts/tools/debian-tools.ts';

const TESTS = [
  'limiter-memory',
  'login-timing',
  'redis-faults',
  'idempotency-kill',
  'ledger',
  'kill-loop',
  'million-posts',
  'tail-reader',
  'list-costs',
  'search-attack',
  'import-1gb',
  'import-bombs',
  'rendering',
  'rendering-load',
  'rendering-xss',
];

const [asked, ...rest] = process.argv.slice(2);
if (asked === '--help') {
  console.log(`npm run test:heavy [-- NAME ARGUMENTS]; NAME is one of ${TESTS.join(', ')}`);
  process.exit(0);
}
if (asked && !TESTS.includes(asked)) {
  console.error(`There is no heavy test ${asked}; there are ${TESTS.join(', ')}`);
  process.exit(2);
}
const env = { GALLEY_REDIS_SERVER: findTool('redis-server'), ...process.env };
for (const name of asked ? [asked] : TESTS) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [`test/heavy/${name}.ts`, ...rest], {
    stdio: 'inherit',
    env,
  });
  if (status !== 0) {
    console.error(`${name} failed`);
    process.exit(status ?? 1);
  }
}
