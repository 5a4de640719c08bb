import { readGalley } from './galley/galley.reader.js';
import { readGhost } from './ghost/ghost.reader.js';
import { formatOf } from './import-format.js';
import type { ImportFormat, ImportItem, ReadOptions } from './import.model.js';
import type { ImportSource } from './import-source.js';
import { readWordPress } from './wordpress/wordpress.reader.js';

const READERS = { wordpress: readWordPress, ghost: readGhost, galley: readGalley };

/**
 * Yields the items of the file one by one. Authors and tags precede the posts that name them. Only one item (and
 * the names of authors and tags) is in memory, and the next one is read on demand.
 * @throws ImportFileError at the first fault of the file
 */
export async function* readImport(
  source: ImportSource,
  options: ReadOptions & { format?: ImportFormat },
): AsyncGenerator<ImportItem, void, void> {
  const format = await formatOf(source, options.format);
  yield* READERS[format](source, options);
}
