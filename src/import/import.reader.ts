import { readGalley } from './galley/galley.reader.js';
import { readGhost } from './ghost/ghost.reader.js';
import { formatOf } from './import-format.js';
import { ImportFormat, ImportItem, ReadOptions } from './import.model.js';
import { ImportSource } from './import-source.js';
import { readWordPress } from './wordpress/wordpress.reader.js';

const READERS = { wordpress: readWordPress, ghost: readGhost, galley: readGalley };

/**
 * What the file holds, item by item: an author or a tag comes before the posts that name it. Holds one item
 * in memory (and the names of authors and tags); the next is read when it is asked for.
 * @throws ImportFileError at the first fault of the file
 */
export async function* readImport(
  source: ImportSource,
  options: ReadOptions & { format?: ImportFormat },
): AsyncGenerator<ImportItem, void, void> {
  const format = await formatOf(source, options.format);
  yield* READERS[format](source, options);
}
