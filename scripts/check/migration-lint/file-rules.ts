import { type Declared, MIGRATION_FILE, type MigrationFile } from './read-migrations.ts';

type Faults = Generator<string, void, void>;
type Named = Pick<MigrationFile, 'file' | 'classes' | 'className' | 'name' | 'unreadable'>;

const timeOf = (file: string) => Number(file.slice(0, 13));

/** What is wrong with a migration's name, class and phase. */
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
    return yield `has no phase: say phase = 'expand' or phase = 'contract'`;
  if (phase === 'expand') {
    if (completes !== undefined) yield 'is an expand and completes something: only a contract does';
    return;
  }
  const expand = all.find(({ name }) => name === completes);
  if (!completes) yield `is a contract and does not say which expand it completes: completes = '…'`;
  else if (!expand) yield `completes ${completes}, which is no migration`;
  else if (expand.phase !== 'expand') yield `completes ${completes}, which is not an expand`;
  else if (!released.has(expand.file))
    yield `completes ${completes}, which is in no production release yet: the release before still needs what this takes away`;
}

/**
 * What was released is never changed, and what comes later is newer: else
 * databases that were migrated at different times would differ.
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
    if (!sources.has(file)) yield [file, 'was released and is gone: keep it'];
    else if (sources.get(file) !== text)
      yield [file, 'was released and has changed: write a new migration instead'];
  }
  const before = [...new Set([...released.keys(), ...base])];
  const newest = before.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
  const seen = new Map<number, string>();
  for (const { file } of all) {
    if (newest && !before.includes(file) && timeOf(file) <= timeOf(newest))
      yield [file, `is older than ${newest}, which is applied already: give it a new time`];
    const twin = seen.get(timeOf(file));
    if (twin) yield [file, `has the same time as ${twin}: give it a new one`];
    seen.set(timeOf(file), file);
  }
}
