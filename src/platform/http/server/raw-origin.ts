/** The error of Node's parser with the bytes that it rejected. */
export interface RefusedBytes {
  /** The last input of the parser, 64 KiB at most. It is a Buffer, although the types of Fastify differ. */
  rawPacket?: unknown;
}

/** Matches a header line in a single pass. */
const ORIGIN_LINE = /[\r\n]origin:([^\r\n]*)/gi;

/**
 * Returns the origin in rejected bytes, or undefined if they contain none or several (pipelined requests, or a body
 * that looks like headers). It only decides whether that origin can read the response.
 */
export function originIn({ rawPacket }: RefusedBytes): string | undefined {
  if (!Buffer.isBuffer(rawPacket)) return undefined;
  const lines = rawPacket.toString('latin1').matchAll(ORIGIN_LINE);
  const named = new Set(Array.from(lines, ([, value = '']) => value.trim()));
  return named.size === 1 ? [...named][0] : undefined;
}
