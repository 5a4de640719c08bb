/** A property of CSS that an attribute of HTML expresses in some elements. */
interface Mapping {
  attribute: string;
  tags: ReadonlySet<string>;
  /** The values of the attribute by the values of the property. */
  values: Readonly<Record<string, string>>;
}

const words = (text: string) => text.split(' ');
const same = (values: string) => Object.fromEntries(words(values).map((value) => [value, value]));

const ROWS = words('td th tr thead tbody tfoot');

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  'text-align': {
    attribute: 'align',
    tags: new Set([...words('p div h1 h2 h3 h4 h5 h6'), ...ROWS]),
    values: same('left right center justify'),
  },
  'vertical-align': { attribute: 'valign', tags: new Set(ROWS), values: same('top middle bottom baseline') },
  float: { attribute: 'align', tags: new Set(words('img table')), values: same('left right') },
  'list-style-type': {
    attribute: 'type',
    tags: new Set(words('ol ul li')),
    values: {
      ...same('disc circle square'),
      ...{ decimal: '1', 'lower-alpha': 'a', 'lower-latin': 'a', 'upper-alpha': 'A', 'upper-latin': 'A' },
      ...{ 'lower-roman': 'i', 'upper-roman': 'I' },
    },
  },
};

/** Tells whether an attribute can express a part of a style of this element. */
export const mayBeStyled = (tag: string): boolean =>
  Object.values(MAPPINGS).some(({ tags }) => tags.has(tag));

const DECLARATION = /^\s*([a-z-]+)\s*:\s*([a-z-]+)\s*(?:!\s*important\s*)?$/i;

/**
 * Returns the attributes with what attributes can express of the style, which takes precedence as in a browser. All
 * other styles are removed, because they could place a text over the page that shows it.
 */
export function withoutStyle(tag: string, given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const style = given.get('style');
  if (style === undefined) return given;
  const attributes = new Map(given);
  attributes.delete('style');
  for (const declaration of style.split(';')) {
    const [, property = '', value = ''] =
      DECLARATION.exec(declaration)?.map((word) => word.toLowerCase()) ?? [];
    const mapping = Object.hasOwn(MAPPINGS, property) ? MAPPINGS[property] : undefined;
    if (!mapping?.tags.has(tag) || !Object.hasOwn(mapping.values, value)) continue;
    attributes.set(mapping.attribute, mapping.values[value] as string);
  }
  return attributes;
}
