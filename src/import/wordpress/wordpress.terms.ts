import { note } from '../../platform/content/note.js';
import { plainText } from '../../platform/content/plain-text.js';
import { ImportFileError } from '../import.errors.js';
import { MAX_LINKS, written } from '../import.limits.js';
import type { ImportedTag } from '../import.model.js';
import { addNote, type Noted } from '../notes.js';
import { nameKey } from '../tag-register.js';
import { decodedSlug } from '../text.js';
import type { WxrElement } from './wxr-element.js';

/** The taxonomy whose terms are the formats of posts. */
const POST_FORMAT = 'post_format';

export interface Term extends ImportedTag {
  taxonomy: string;
}

/** WordPress stores the format of a post as a term: 'post-format-aside'. A post has one format. */
export const postFormat = (item: WxrElement): string => formatOf(item).replace(/^post-format-/, '');

const formatOf = (item: WxrElement): string =>
  slugOf(item.all('category').find((category) => isFormat(category) && slugOf(category) !== ''));

const isFormat = ({ attributes }: WxrElement) => attributes.get('domain') === POST_FORMAT;
const slugOf = (category?: WxrElement) => category?.attributes.get('nicename') ?? '';

/**
 * Returns the categories and tags of an item, and a note for each term that is none.
 * @throws ImportFileError before any tag is written, if the post has too many
 */
export function itemTerms(item: WxrElement): Noted & { tags: Term[] } {
  const format = formatOf(item);
  const terms = withoutTwins(item.all('category'))
    .filter((category) => !isFormat(category) || slugOf(category) !== format)
    .map(asTerm);
  const tags = terms.filter(isTag);
  if (new Set(tags.map(({ name }) => nameKey(name))).size > MAX_LINKS)
    throw new ImportFileError(`a post has more than ${written(MAX_LINKS)} tags`, { line: item.line });
  const noted: Noted = { notes: [] };
  for (const term of terms) {
    const why = isTag(term) ? undefined : whyNoTag(term);
    if (why !== undefined) addNote(noted, why);
  }
  return { tags, ...noted };
}

const isTag = ({ taxonomy, name }: Term) =>
  name !== '' && (taxonomy === 'category' || taxonomy === 'post_tag');

function whyNoTag({ taxonomy, name, slug }: Term): string | undefined {
  if (name) return note`the term ${name} of the taxonomy ${taxonomy} was not imported`;
  if (!slug) return undefined;
  return note`the term with the slug ${slug} of the taxonomy ${taxonomy} was not imported: it has no name`;
}

/** WXR 1.0 contains each term twice, first without its domain and slug. */
function withoutTwins(categories: WxrElement[]): WxrElement[] {
  const hasDomain = ({ attributes }: WxrElement) => attributes.has('domain');
  const names = new Set(categories.filter(hasDomain).map(({ text }) => text));
  return categories.filter((category) => hasDomain(category) || !names.has(category.text));
}

function asTerm(category: WxrElement): Term {
  const domain = category.attributes.get('domain') ?? 'category';
  return {
    taxonomy: domain === 'tag' ? 'post_tag' : domain,
    name: plainText(category.text),
    slug: decodedSlug(slugOf(category)),
    description: null,
  };
}
