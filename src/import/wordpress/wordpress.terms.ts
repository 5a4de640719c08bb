import { plainText } from '../../platform/content/plain-text.js';
import { ImportedTag } from '../import.model.js';
import { decodedSlug } from '../text.js';
import { WxrElement } from './wxr-elements.js';

export interface Term extends ImportedTag {
  taxonomy: string;
}

/** The categories and tags of an item, and a note for each term of another taxonomy (a post format …). */
export function itemTerms(item: WxrElement): { tags: Term[]; notes: string[] } {
  const terms = withDomains(item.all('category')).map(asTerm);
  const isTag = ({ taxonomy }: Term) => taxonomy === 'category' || taxonomy === 'post_tag';
  return {
    tags: terms.filter((term) => isTag(term) && term.name),
    notes: terms
      .filter((term) => !isTag(term))
      .map(({ taxonomy, name }) => `${taxonomy} "${name}": left out`),
  };
}

/** WXR 1.0 names each term twice, first without its domain and slug. */
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
