/**
 * Refuses migrations that a deployment could not take: `npm run build && node
 * scripts/check/migration-lint.ts`; `--help` lists the options. Needs dist/ and git.
 */
import { parseArgs } from 'node:util';
import { lint } from './migration-lint/lint.ts';
import { readMigrations } from './migration-lint/read-migrations.ts';
import { migrationsAt, newestRelease } from './migration-lint/releases.ts';

const HELP = `node scripts/check/migration-lint.ts [options]

  --released REF   the newest production release, or none; the newest tag vX.Y.Z if absent
  --base REF       the branch to merge into: what is new has to be newer than its migrations
  --sources DIR    migrations (.ts); migrations/ if absent
  --built DIR      the same, compiled; dist/migrations/ if absent

Exits 0 when all is well, 1 with a line per fault, 2 when it cannot tell.`;

try {
  const { values } = parseArgs({
    options: {
      released: { type: 'string' },
      base: { type: 'string' },
      sources: { type: 'string', default: 'migrations' },
      built: { type: 'string', default: 'dist/migrations' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) console.log(HELP);
  else process.exitCode = await run(values);
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

async function run({ released, base, sources, built }) {
  const ref = released === 'none' ? undefined : (released ?? newestRelease(sources));
  const migrations = await readMigrations(sources, built);
  const faults = await lint(
    migrations,
    ref && migrationsAt(sources, ref),
    base ? [...migrationsAt(sources, base).keys()] : [],
  );
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return 1;
  const since = ref ? `since ${ref}` : 'before the first release';
  console.log(`${migrations.length} migrations, well made ${since}`);
  return 0;
}
