import type { Socket } from 'node:net';

/** As for the headers of a response. */
const MOST_BYTES = 16 * 1024;
const START = /^HTTP\/1\.[01] 100\b/;
const LONGEST_START = 'HTTP/1.1 100 '.length;
const WHOLE = /^HTTP\/1\.[01] 100\b[^]*?\n\r?\n/;

/**
 * Skips `100 Continue` before a response. A server may send it at any time (RFC 9110, section 15.2), and undici treats it as a fault
 * unless the request asked for it. Only for a connection with one request. undici takes what arrives with `read`.
 */
export function skipContinue(socket: Socket): void {
  const read = socket.read.bind(socket);
  let waiting: Buffer | undefined = Buffer.alloc(0);
  socket.read = (size?: number): Buffer | null => {
    const chunk = read(size) as Buffer | null;
    if (!waiting || !chunk) return chunk;
    const rest = afterContinue(Buffer.concat([waiting, chunk]));
    waiting = rest.isWhole ? undefined : rest.bytes;
    return rest.isWhole ? rest.bytes : null;
  };
}

/** @returns what follows, and whether it is the start of the response, or can become another `100 Continue` */
function afterContinue(received: Buffer): { bytes: Buffer; isWhole: boolean } {
  for (let bytes = received; ;) {
    const start = bytes.toString('latin1', 0, MOST_BYTES);
    const [skipped] = WHOLE.exec(start) ?? [];
    if (skipped === undefined) return { bytes, isWhole: !mayContinue(start) };
    bytes = bytes.subarray(skipped.length);
  }
}

const mayContinue = (start: string): boolean =>
  start.length < LONGEST_START
    ? 'HTTP/1.1 100 '.startsWith(start) || 'HTTP/1.0 100 '.startsWith(start)
    : START.test(start) && start.length < MOST_BYTES;
