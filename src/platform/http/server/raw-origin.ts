/** What Node says of bytes that its parser refuses. */
export interface RefusedBytes {
  /** What its parser was given last, 64 KiB at most: a Buffer, whatever Fastify's types say. */
  rawPacket?: unknown;
}

/** A line of its own, read in one pass. */
const ORIGIN_LINE = /[\r\n]origin:([^\r\n]*)/gi;

/**
 * The origin that refused bytes name; undefined where they name none, or several: requests in a pipeline, or a body
 * that looks like a head. It decides only whether the one it names may read the answer.
 */
export function originIn({ rawPacket }: RefusedBytes): string | undefined {
  if (!Buffer.isBuffer(rawPacket)) return undefined;
  const lines = rawPacket.toString('latin1').matchAll(ORIGIN_LINE);
  const named = new Set(Array.from(lines, ([, value = '']) => value.trim()));
  return named.size === 1 ? [...named][0] : undefined;
}
