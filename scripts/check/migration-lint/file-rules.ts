import { timeOf } from '#dist/platform/database/migration-time.js';
import { type Declared, MIGRATION_FILE, type MigrationFile } from './read-migrations.ts';

type Faults = Generator<string, void, void>;
type Named = Pick<MigrationFile, 'file' | 'classes' | 'className' | 'name' | 'unreadable'>;

/** Yields the faults of the name, class and phase of a migration. */
export function* namingFaults({ file, classes, className, name, unreadable }: Named): Faults {
  const [, time, slug = ''] = MIGRATION_FILE.exec(file) ?? [];
  if (!time) return yield 'is not named <13 digits>-<what-it-does>.ts';
  if (classes !== 1) return yield `exports ${classes} values, but must export one class`;
  const wanted = `${slug.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}${time}`;
  if (className !== wanted)
    yield `contains the class ${className}, but the name of the file requires the class ${wanted}`;
  if (name !== className)
    yield `has name = '${name}', but must have the name '${className}', under which it is recorded`;
  if (unreadable) yield `cannot be read: ${unreadable}`;
}

/** @param released the files of the newest production release */
export function* phaseFaults(
  { phase, completes }: Pick<Declared, 'phase' | 'completes'>,
  all: MigrationFile[],
  released: Map<string, string>,
): Faults {
  if (phase !== 'expand' && phase !== 'contract')
    return yield `has no phase. Set phase = 'expand' or phase = 'contract'`;
  if (phase === 'expand') {
    if (completes !== undefined)
      yield 'is an expand migration, but has completes, which only a contract migration has';
    return;
  }
  const expand = all.find(({ name }) => name === completes);
  if (!completes)
    yield `is a contract migration, but does not name the expand migration that it completes. Set completes = '…'`;
  else if (!expand) yield `completes ${completes}, which is not a migration`;
  else if (expand.phase !== 'expand') yield `completes ${completes}, which is not an expand migration`;
  else if (!released.has(expand.file))
    yield `completes ${completes}, which is in no production release yet, so the previous release still requires what this migration removes`;
}

/**
 * A released migration must never change, and later ones must be newer. Otherwise databases that were migrated at
 * different times would differ.
 * @param released file to content, of the newest production release
 * @param base files of the branch to merge into
 */
export function* historyFaults(
  all: MigrationFile[],
  released: Map<string, string>,
  base: string[],
): Generator<[file: string, fault: string], void> {
  const sources = new Map(all.map(({ file, source }) => [file, source]));
  for (const [file, text] of released) {
    if (!sources.has(file)) yield [file, 'was released, but is missing. Restore it'];
    else if (sources.get(file) !== text)
      yield [file, 'was released, but has changed. Restore it, and write a new migration'];
  }
  const before = [...new Set([...released.keys(), ...base])];
  const newest = before.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
  const seen = new Map<number, string>();
  for (const { file } of all) {
    if (newest && !before.includes(file) && timeOf(file) <= timeOf(newest))
      yield [file, `is older than ${newest}, which is already applied. Give it a new time`];
    const twin = seen.get(timeOf(file));
    if (twin) yield [file, `has the same time as ${twin}. Give it a new one`];
    seen.set(timeOf(file), file);
  }
}
