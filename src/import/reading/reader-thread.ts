import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { readDescriptor } from '../../platform/http/bodies/read-descriptor.js';
import { ImportFileError, type FilePosition } from '../import.errors.js';
import type { ImportFormat, ReadOptions } from '../import.model.js';
import { readImport } from '../import.reader.js';
import { type Piece, parcels } from './parcels.js';

/** The data that starts the thread. */
export interface ReaderTask extends ReadOptions {
  /** An open file, which must stay open until the thread has ended. */
  descriptor: number;
  format: ImportFormat;
  /** Whether the thread sends a message for each part of the file that it reads. */
  reportsBytes?: boolean;
}

/**
 * The messages of the thread: parcels, each after the previous one was requested, and then the result. Numbers of bytes
 * come without a request.
 */
export type ReaderMessage =
  | { parcel: Piece[] }
  | { read: number }
  | { refusal: { reason: string; place?: FilePosition } }
  | { end: true };

async function work(send: (message: ReaderMessage) => void, asked: () => Promise<unknown>): Promise<void> {
  const { descriptor, reportsBytes, ...options } = workerData as ReaderTask;
  const source = async function* () {
    for await (const chunk of readDescriptor(descriptor)) {
      if (reportsBytes) send({ read: chunk.length });
      yield chunk;
    }
  };
  try {
    for await (const parcel of parcels(readImport(source, options))) {
      send({ parcel });
      await asked();
    }
    send({ end: true });
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    send({ refusal: { reason: error.reason, place: error.place } });
  }
}

const port = parentPort;
if (port) {
  await work(
    (message) => port.postMessage(message),
    () => once(port, 'message'),
  );
  port.close();
}
