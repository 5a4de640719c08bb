import type { ImportItem, ReadOptions } from '../import.model.js';
import { type ImportSource, utf8Chunks } from '../import-source.js';
import { withinLimits } from '../within-limits.js';
import { WordPressSite } from './wordpress.site.js';
import { WxrElements } from './wxr-elements.js';

/**
 * Reads a WordPress export (WXR 1.0 to 1.2).
 * @throws ImportFileError with line and column
 */
export async function* readWordPress(
  source: ImportSource,
  { now }: ReadOptions,
): AsyncGenerator<ImportItem, void, void> {
  const site = new WordPressSite(now);
  const elements = new WxrElements();
  for await (const chunk of utf8Chunks(source)) {
    elements.write(chunk.toString());
    for (const element of elements.take()) yield* withinLimits(site.read(element), { line: element.line });
  }
  elements.end();
}
