import { codeOf, messageOf } from '../../errors/thrown.js';

/** An error of the embedded database. The message states what failed, where, and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

const remedies: Record<string, string> = {
  EACCES: 'the account that runs Galley must own it, or set GALLEY_DATA_DIR to another directory',
  EPERM: 'the account that runs Galley must own it, or set GALLEY_DATA_DIR to another directory',
  EROFS: 'the file system is read-only; set GALLEY_DATA_DIR to another directory',
  ENOTDIR: 'the path must be a directory; set GALLEY_DATA_DIR to another directory',
  EEXIST: 'the path must be a directory; set GALLEY_DATA_DIR to another directory',
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
};

/**
 * Runs work with files. A system error becomes an EmbeddedPostgresError that states what to do (the message of Node
 * already contains the path). All other errors pass unchanged.
 */
export async function explaining<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (!code?.startsWith('E')) throw error;
    const remedy = remedies[code];
    throw new EmbeddedPostgresError(`Cannot ${doing}: ${messageOf(error)}${remedy ? ` (${remedy})` : ''}`, {
      cause: error,
    });
  }
}
