import { on } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ImportFileError } from '../import.errors.js';
import type { ImportItem } from '../import.model.js';
import { type Piece, unpacked } from './parcels.js';
import type { ReaderMessage, ReaderTask } from './reader-thread.js';

/** Of the thread's heap. 10 MiB of the most hostile file within the limits of items take some 100. */
const MOST_MEMORY_MB = 256;

/**
 * What a file holds, item by item, read on a thread of its own: parsing and rendering hold up no request.
 * The thread is gone before the generator ends, however that happens.
 * @throws ImportFileError at the first fault of the file
 */
export async function* readBeside(task: ReaderTask): AsyncGenerator<ImportItem, void, void> {
  const worker = new Worker(threadFile(), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    stdout: true, // a library's warnings may quote the file: nobody reads them
    stderr: true,
  });
  worker.on('error', () => undefined); // after the reader has gone, terminate() is all that is left to do
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

/** Tests run from src/, where the built thread stands in dist/. */
function threadFile(): string {
  const beside = fileURLToPath(new URL('./reader-thread.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/import/reading/reader-thread.js', import.meta.url));
}
