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

export interface BesideOptions {
  /** Ends the thread immediately. */
  signal?: AbortSignal;
  /** Receives the number of bytes of each part of the file when the thread reads it. */
  onRead?: (bytes: number) => void;
  /** True in a process that serves no requests. The heap of the thread can then be as large as that of the process. */
  isAlone?: boolean;
}

/**
 * Reads a file on a worker thread and yields its items, so that parsing and rendering do not block requests. The
 * thread has always ended before the generator ends.
 * @throws ImportFileError at the first fault of the file, and the reason with which `signal` was aborted
 */
export async function* readBeside(
  task: ReaderTask,
  { signal, onRead, isAlone = false }: BesideOptions = {},
): AsyncGenerator<ImportItem, void, void> {
  signal?.throwIfAborted();
  const worker = new Worker(threadFile(), {
    workerData: { ...task, reportsBytes: onRead !== undefined },
    resourceLimits: isAlone ? {} : { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    stdout: true, // Warnings of libraries can quote the file, so they are discarded.
    stderr: true,
  });
  worker.on('error', () => undefined); // If the reader has ended, only terminate() remains.
  worker.stdout.resume();
  worker.stderr.resume();
  const end = () => void worker.terminate(); // The thread can be in the middle of a long item.
  signal?.addEventListener('abort', end, { once: true });
  try {
    yield* unpacked(parcelsOf(worker, onRead));
  } catch (error) {
    signal?.throwIfAborted();
    throw isOutOfMemory(error) ? new ImportFileError(isAlone ? TOO_LARGE_ALONE : TOO_LARGE) : error;
  } finally {
    signal?.removeEventListener('abort', end);
    await worker.terminate();
  }
}

const TOO_LARGE =
  `reading the file requires more than ${MOST_MEMORY_MB} MB of memory; import it with the command ` +
  '`galley import <file>` on the server';

const TOO_LARGE_ALONE =
  'reading the file requires more memory than the command can use; set NODE_OPTIONS=--max-old-space-size to a higher ' +
  'number of megabytes';

async function* parcelsOf(
  worker: Worker,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Piece[], void, void> {
  for await (const [message] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<
    [ReaderMessage]
  >) {
    if ('end' in message) return;
    if ('refusal' in message) throw new ImportFileError(message.refusal.reason, message.refusal.place);
    if ('read' in message) {
      onRead?.(message.read);
      continue;
    }
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
