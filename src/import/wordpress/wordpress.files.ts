import { WebAddress } from '../../platform/schemas/schemas.js';
import type { BodyFile } from '../../platform/content/body-context.js';
import type { ImportedFile } from '../import.model.js';
import { oneLine, owned } from '../text.js';
import type { WxrElement } from './wxr-element.js';

/** Longer texts are not those of an image. They limit what a gallery adds to a body. */
const LONGEST_TEXT = 1000;
const MOST_POSITION = 1_000_000;

/** Returns the address and the texts of an attachment, or undefined if it has no web address. */
export function readFile(item: WxrElement, key: string): ImportedFile | undefined {
  const url = item.value('wp:attachment_url');
  const number = item.value('wp:post_id');
  if (!WebAddress.safeParse(url).success || number === '') return undefined;
  const alt = item
    .all('wp:postmeta')
    .find((entry) => entry.value('wp:meta_key') === '_wp_attachment_image_alt')
    ?.value('wp:meta_value');
  const position = Number(item.value('wp:menu_order'));
  return {
    key: owned(key),
    number: owned(number),
    parent: owned(item.value('wp:post_parent') || '0'),
    position: Number.isInteger(position) && Math.abs(position) < MOST_POSITION ? position : 0,
    file: withTexts(
      { url: owned(url) },
      { title: item.value('title'), caption: item.value('excerpt:encoded'), alt },
    ),
  };
}

function withTexts(file: BodyFile, texts: Record<'title' | 'caption' | 'alt', string | undefined>): BodyFile {
  for (const name of ['title', 'caption', 'alt'] as const) {
    const text = oneLine(texts[name] ?? '');
    if (text !== '' && text.length <= LONGEST_TEXT) file[name] = owned(text);
  }
  return file;
}
