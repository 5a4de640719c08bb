/**
 * Rejects migrations that a deployment cannot run: `npm run build && npm test -- --only migrations`. `--help` lists
 * the options. Requires dist/ and git.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../tools/failures.ts';
import { lint } from './migration-lint/lint.ts';
import { readMigrations } from './migration-lint/read-migrations.ts';
import { migrationsAt, newestRelease } from './migration-lint/releases.ts';
import { isMain } from '../tools/main.ts';

const HELP = `node scripts/check/migration-lint.ts [options]

Rejects migrations that a deployment cannot run.

  --released REF   the newest production release, or none. The default is the newest tag vX.Y.Z.
  --base REF       the branch to merge into. New migrations must be newer than the migrations of this branch.
  --sources DIR    the directory of the migrations (.ts). The default is migrations/.
  --built DIR      the directory of the compiled migrations. The default is dist/migrations/.

Exits with 0 if there are no faults, with 1 and one line for each fault, or with 2 if the check cannot run.`;

interface Given {
  released?: string;
  base?: string;
  sources: string;
  built: string;
}

/** @returns the exit code */
async function run({ released, base, sources, built }: Given): Promise<number> {
  const ref = released === 'none' ? undefined : (released ?? newestRelease(sources));
  const migrations = await readMigrations(sources, built);
  const faults = await lint(
    migrations,
    ref ? migrationsAt(sources, ref) : undefined,
    base ? [...migrationsAt(sources, base).keys()] : [],
  );
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return 1;
  const since = ref ? `since ${ref}` : 'before the first release';
  console.log(`${migrations.length} migrations, no faults ${since}`);
  return 0;
}

async function main(): Promise<void> {
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
}

if (isMain(import.meta))
  await main().catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 2;
  });
