import { plainText } from '../../platform/content/plain-text.js';
import { ImportFileError } from '../import.errors.js';
import { MAX_LINKS, written } from '../import.limits.js';
import type { ImportedTag } from '../import.model.js';
import { nameKey } from '../tag-register.js';
import { decodedSlug } from '../text.js';
import type { WxrElement } from './wxr-elements.js';

export interface Term extends ImportedTag {
  taxonomy: string;
}

/**
 * Returns the categories and tags of an item, and a note for each term of another taxonomy (for example a post
 * format).
 * @throws ImportFileError before any tag is written, if the post has too many
 */
export function itemTerms(item: WxrElement): { tags: Term[]; notes: string[] } {
  const terms = withDomains(item.all('category')).map(asTerm);
  const isTag = ({ taxonomy }: Term) => taxonomy === 'category' || taxonomy === 'post_tag';
  const tags = terms.filter((term) => isTag(term) && term.name);
  if (new Set(tags.map(({ name }) => nameKey(name))).size > MAX_LINKS)
    throw new ImportFileError(`a post has more than ${written(MAX_LINKS)} tags`, { line: item.line });
  return {
    tags,
    notes: terms
      .filter((term) => !isTag(term))
      .map(({ taxonomy, name }) => `the ${taxonomy} "${name}" was not imported`),
  };
}

/** WXR 1.0 contains each term twice, first without its domain and slug. */
function withDomains(categories: WxrElement[]): WxrElement[] {
  const named = categories.filter((category) => category.attributes.has('domain'));
  return named.length ? named : categories;
}

function asTerm(category: WxrElement): Term {
  const domain = category.attributes.get('domain') ?? 'category';
  return {
    taxonomy: domain === 'tag' ? 'post_tag' : domain,
    name: plainText(category.text),
    slug: decodedSlug(category.attributes.get('nicename') ?? ''),
    description: null,
  };
}
