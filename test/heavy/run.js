/** Every heavy test in turn: `npm run test:heavy`, about 20 minutes, or `npm run test:heavy -- kill-loop`. */
import { spawnSync } from 'node:child_process';

const TESTS = ['limiter-memory', 'kill-loop', 'million-posts', 'import-1gb'];

const [asked, ...rest] = process.argv.slice(2);
if (asked && !TESTS.includes(asked)) {
  console.error(`There is no heavy test ${asked}; there are ${TESTS.join(', ')}`);
  process.exit(2);
}
for (const name of asked ? [asked] : TESTS) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [`test/heavy/${name}.js`, ...rest], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`${name} failed`);
    process.exit(status ?? 1);
  }
}
