import { loadConfig } from '../settings.js';
import { readEnvironment } from '../platform/config/read-environment.js';
import { commandLimits, createDataSource } from '../platform/database/data-source.js';
import { openDatabase } from '../platform/database/open-database.js';
import { schemaStateOf, type SchemaState } from '../platform/database/schema-state.js';

const EXITS: Record<SchemaState['status'], number> = { equal: 0, ahead: 0, behind: 3, 'below-floor': 4 };

const MEANINGS: Record<SchemaState['status'], string> = {
  equal: 'the database has exactly the migrations of this release',
  ahead: 'the database has newer migrations that this release can run with',
  behind: 'the database lacks migrations of this release; run galley migrate',
  'below-floor': 'the database requires a newer release, because this release does not know its floor',
};

/** Compares the code with the database without changing either. Returns 1 if this is not possible. */
export async function migrateCheck({ json }: { json?: boolean }): Promise<void> {
  const state = await schemaState();
  console.log(json ? JSON.stringify(state) : described(state));
  process.exitCode = EXITS[state.status];
}

async function schemaState(): Promise<SchemaState> {
  const leaveAlone = () => Promise.resolve([]);
  const database = await openDatabase(
    loadConfig(readEnvironment()),
    (message) => console.error(message),
    leaveAlone,
  );
  try {
    const source = await createDataSource(database.config, commandLimits);
    await source.initialize();
    return await schemaStateOf(source).finally(() => source.destroy());
  } finally {
    await database.release();
  }
}

function described(state: SchemaState): string {
  const facts = {
    floor: state.floor ?? 'none',
    'newest known': state.newestKnown ?? 'none',
    'newest applied': state.newestApplied ?? 'none',
    missing: state.missing.join(', ') || 'none',
    unknown: state.unknown.join(', ') || 'none',
  };
  const lines = Object.entries(facts).map(([name, value]) => `  ${`${name}:`.padEnd(16)}${value}`);
  return [`${state.status}: ${MEANINGS[state.status]}`, ...lines].join('\n');
}
