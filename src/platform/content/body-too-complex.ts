import { BadRequest } from '../errors/problem.js';

/** The limits of a body in addition to its length. All of them are counts, never times. */
export const LIMITS = {
  /** Nested lists and quotes. The parser processes all open ones at each line. */
  depth: 100,
  /**
   * Opening brackets between two blank lines. The parser keeps three marks of 24 bytes for each one until the
   * paragraph ends.
   */
  brackets: 300_000,
  /** Characters of HTML, above which no page is useful. A legitimate megabyte of Markdown results in 2.2 million. */
  html: 4_000_000,
} as const;

export type RenderingLimit = keyof typeof LIMITS;

/** The limit that a body exceeds, and by how much. */
export interface Excess {
  limit: RenderingLimit;
  found: number;
}

const number = new Intl.NumberFormat('en');

const REASONS: Record<RenderingLimit, (found: string, most: string) => string> = {
  depth: (found, most) =>
    `nests lists and quotes ${found} levels deep; at most ${most} levels are allowed. Use fewer list and quote markers`,
  brackets: (found, most) =>
    `has ${found} opening brackets in one paragraph; at most ${most} are allowed. Divide the paragraph with blank lines, or use fewer brackets`,
  html: (found, most) =>
    `produces at least ${found} characters of HTML; at most ${most} are allowed. Split the text, or use less markup`,
};

export class BodyTooComplex extends BadRequest {
  static override readonly code = 'body_too_complex';
  static override readonly title = 'The body exceeds a rendering limit';
  static readonly advice = 'Change the text as `detail` describes. Do not repeat the request unchanged.';

  /** @param of describes whose body it is if there are several, for example ' of “Hello, world”' */
  constructor(
    readonly excess: Excess,
    of = '',
  ) {
    const { limit, found } = excess;
    super(`The body${of} ${REASONS[limit](number.format(found), number.format(LIMITS[limit]))}.`);
  }
}
