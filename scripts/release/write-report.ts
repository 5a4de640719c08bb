import { messageOf } from '../tools/failures.ts';
import type { Say } from './say.ts';

/**
 * Writes a report for people. A full disk or a missing permission must not end a deploy that Helm is still running,
 * turn a deploy that succeeded into a failure, or hide the reason of a failure.
 * @returns false if it could not be written
 */
export function writeReport(path: string, write: () => void, say: Say): boolean {
  try {
    write();
    return true;
  } catch (error) {
    say(`cannot write ${path}: ${messageOf(error)}`);
    return false;
  }
}
