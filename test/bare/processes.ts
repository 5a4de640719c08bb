import { readdirSync, readFileSync } from 'node:fs';

/** All processes of this namespace that live. */
export function processes() {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return command ? [{ pid: Number(entry), command }] : []; // a zombie has none
      } catch {
        return []; // it ended meanwhile
      }
    });
}
