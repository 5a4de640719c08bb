import { on } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ImportFileError } from '../import.errors.js';
import type { ImportItem } from '../import.model.js';
import { type Piece, unpacked } from './parcels.js';
import type { ReaderMessage, ReaderTask } from './reader-thread.js';

/** The heap of the thread. The most expensive 10 MiB file within the limits requires about 100 MB. */
const MOST_MEMORY_MB = 256;

/**
 * Reads a file on a worker thread and yields its items, so that parsing and rendering do not block requests. The
 * thread has always ended before the generator ends.
 * @throws ImportFileError at the first fault of the file
 */
export async function* readBeside(task: ReaderTask): AsyncGenerator<ImportItem, void, void> {
  const worker = new Worker(threadFile(), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    stdout: true, // Warnings of libraries can quote the file, so they are discarded.
    stderr: true,
  });
  worker.on('error', () => undefined); // If the reader has ended, only terminate() remains.
  worker.stdout.resume();
  worker.stderr.resume();
  try {
    yield* unpacked(parcelsOf(worker));
  } catch (error) {
    throw isOutOfMemory(error) ? new ImportFileError(TOO_LARGE) : error;
  } finally {
    await worker.terminate();
  }
}

const TOO_LARGE =
  `reading the file requires more than ${MOST_MEMORY_MB} MB of memory; import it with the command ` +
  '`galley import <file>` on the server';

async function* parcelsOf(worker: Worker): AsyncGenerator<Piece[], void, void> {
  for await (const [message] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<
    [ReaderMessage]
  >) {
    if ('end' in message) return;
    if ('refusal' in message) throw new ImportFileError(message.refusal.reason, message.refusal.place);
    yield message.parcel;
    worker.postMessage('next');
  }
  throw new Error('The thread that reads the import file ended unexpectedly');
}

const isOutOfMemory = (error: unknown) =>
  (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';

/** Tests run from src/, but the compiled thread is in dist/. */
function threadFile(): string {
  const beside = fileURLToPath(new URL('./reader-thread.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/import/reading/reader-thread.js', import.meta.url));
}
