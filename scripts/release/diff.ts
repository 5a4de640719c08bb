import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/** Returns the changes as a unified diff, or '' if there are none. Secrets are omitted on both sides. */
export async function diffManifests(before: string, after: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-diff-'));
  try {
    writeFileSync(join(folder, 'deployed'), comparable(before));
    writeFileSync(join(folder, 'wanted'), comparable(after));
    const { stdout } = await run(
      'diff',
      ['-u', '--label', 'deployed', '--label', 'wanted', 'deployed', 'wanted'],
      { cwd: folder },
    );
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sorts the objects, and removes what must not be in a log. */
export function comparable(manifest: string): string {
  const documents = manifest
    .split(/^---\s*$/m)
    .map((document) => document.trim())
    .filter((document) => document && !/^kind: Secret\s*$/m.test(document));
  return `${documents.sort().join('\n---\n')}\n`;
}
