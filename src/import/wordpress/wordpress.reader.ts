import type { ImportItem, ReadOptions } from '../import.model.js';
import type { ImportSource } from '../import-source.js';
import { xmlText } from '../text-encoding.js';
import { withinLimits } from '../within-limits.js';
import { RepairLog } from './repairs.js';
import { WordPressSite } from './wordpress.site.js';
import { WxrElements } from './wxr-elements.js';

/**
 * Reads a WordPress export (WXR 1.0 to 1.2). Faults that the importer of WordPress tolerates are repaired and
 * yielded at the end.
 * @throws ImportFileError with line and column, in strict mode also instead of a repair
 */
export async function* readWordPress(
  source: ImportSource,
  { now, strict, site: named }: ReadOptions,
): AsyncGenerator<ImportItem, void, void> {
  const site = new WordPressSite(now, named);
  const log = new RepairLog(strict);
  const elements = new WxrElements(log);
  const taken = function* () {
    for (const element of elements.take()) yield* withinLimits(site.read(element), { line: element.line });
  };
  for await (const text of xmlText(source)) {
    elements.write(text);
    yield* taken();
  }
  elements.end();
  yield* taken();
  yield* site.end();
  for (const repaired of log.all()) yield { repaired };
}
