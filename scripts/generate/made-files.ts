import { readFileSync, writeFileSync } from 'node:fs';

/** The content of generated files, by path. */
export type MadeFiles = Record<string, string>;

interface Making {
  /** Writes nothing, and reports files that are not current. */
  check: boolean;
  /** The command that writes the files. */
  command: string;
}

/** @returns sentences about files that are not current, or an empty list if they were written */
export function keepCurrent(files: MadeFiles, { check, command }: Making): string[] {
  if (check)
    return Object.entries(files)
      .filter(([path, content]) => read(path) !== content)
      .map(([path]) => `${path} is not current. Run npm run build && ${command}`);
  for (const [path, content] of Object.entries(files)) writeFileSync(path, content);
  return [];
}

/**
 * Writes or checks the files according to the arguments of this process. With --check, it exits with 1 if a file is
 * not current.
 */
export function runGenerator(files: MadeFiles, command: string, about: string): void {
  const check = process.argv.includes('--check');
  const stale = keepCurrent(files, { check, command });
  for (const sentence of stale) console.error(sentence);
  if (stale.length === 0)
    console.log(`${Object.keys(files).join(', ')}: ${check ? 'current' : 'written'}, ${about}`);
  process.exitCode = stale.length === 0 ? 0 : 1;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
