import { z } from 'zod';
import type { Footnote } from '../../platform/content/body-context.js';
import { LONGEST_FOOTNOTES } from './wxr-fields.js';

const MOST_FOOTNOTES = 1000;

const Footnotes = z
  .array(z.object({ id: z.string().min(1).max(200), content: z.string() }))
  .max(MOST_FOOTNOTES);

/** Returns the footnotes that a meta value of WordPress contains as JSON, or a note if they cannot be read. */
export function readFootnotes(value: string): { footnotes?: Footnote[]; note?: string } {
  if (value === '') return {};
  if (value.length > LONGEST_FOOTNOTES) return { note: 'its footnotes were not imported: they are too long' };
  try {
    const { success, data } = Footnotes.safeParse(JSON.parse(value));
    if (success)
      return { footnotes: data.map(({ id, content }) => ({ id, content: content.toWellFormed() })) };
  } catch {
    // It is not JSON, and the note says so.
  }
  return { note: 'its footnotes were not imported: they are not in the format of WordPress' };
}
