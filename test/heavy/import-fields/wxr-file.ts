import { type EntityRole, type FileEntity, type FileField, withText } from './file-entity.ts';
import { childNamed, childText, xmlTree, type XmlElement } from './xml-tree.ts';

/** The elements that contain a name and a value, as in `<wp:postmeta>`. */
const META = new Set(['wp:postmeta', 'wp:commentmeta', 'wp:termmeta']);

/** The taxonomy and the element of the slug of each element for terms. */
const TERMS: Record<string, [taxonomy: string, slug: string]> = {
  'wp:category': ['category', 'wp:category_nicename'],
  'wp:tag': ['post_tag', 'wp:tag_slug'],
  'wp:term': ['', 'wp:term_slug'],
};

/**
 * Reads a WordPress export independently of the importer. Every text of an element and every attribute is a field.
 */
export function readWxr(text: string): FileEntity[] {
  const channel = childNamed(childNamed(xmlTree(text), 'rss'), 'channel');
  if (!channel) throw new Error('it has no channel');
  const site: FileEntity = { role: 'site', kind: 'site', id: 'site', key: 'site', fields: [] };
  const entities = [site];
  for (const part of channel.children) {
    if (part.name === 'item') entities.push(...itemOf(part));
    else if (part.name === 'wp:author') entities.push(entityOf(part, 'author', 'author', 'wp:author_login'));
    else if (part.name in TERMS) entities.push(termOf(part));
    else site.fields.push(...withText(fieldsOf(part)));
  }
  return entities;
}

/** An item without an id is known by its address, or by its line. */
const nameless = (element: XmlElement) =>
  childText(element, 'guid') || childText(element, 'link') || `line ${element.line}`;

function itemOf(element: XmlElement): FileEntity[] {
  const isComment = ({ name }: XmlElement) => name === 'wp:comment';
  const own = { ...element, children: element.children.filter((child) => !isComment(child)) };
  const item = entityOf(own, 'item', childText(element, 'wp:post_type') || 'item', 'wp:post_id');
  const comments = element.children.filter(isComment).map((comment): FileEntity => {
    const kind = childText(comment, 'wp:comment_type') || 'comment';
    return { ...entityOf(comment, 'comment', kind, 'wp:comment_id'), parent: item };
  });
  return [item, ...comments];
}

function termOf(element: XmlElement): FileEntity {
  const [taxonomy, slug] = TERMS[element.name] ?? ['', ''];
  return entityOf(element, 'term', taxonomy || childText(element, 'wp:term_taxonomy'), slug);
}

function entityOf(element: XmlElement, role: EntityRole, kind: string, id: string): FileEntity {
  const own = childText(element, id) || (role === 'item' ? nameless(element) : '');
  return {
    role,
    kind,
    id: own,
    key: own.toLowerCase(),
    fields: withText(element.children.flatMap(fieldsOf)),
  };
}

function fieldsOf(element: XmlElement): FileField[] {
  const { name, text: value, attributes } = element;
  if (META.has(name)) {
    const key = childText(element, 'wp:meta_key');
    return [{ name: `${name} ${key}`, value: childNamed(element, 'wp:meta_value')?.text ?? '' }];
  }
  if (name === 'category') return termFields(element);
  const inner = element.children.flatMap(fieldsOf).map((field) => ({
    ...{ name: `${name}/${field.name}`, value: field.value },
    within: element,
  }));
  return [{ name, value, within: element }, ...inner, ...attributesOf(name, attributes, element)];
}

function attributesOf(name: string, attributes: Record<string, string>, within: XmlElement): FileField[] {
  return Object.entries(attributes)
    .filter(([key]) => !key.startsWith('xmlns') && key !== 'isPermaLink')
    .map(([key, value]) => ({ name: `${name}@${key}`, value, within }));
}

/** A term of an item: its name, and its slug. */
function termFields(element: XmlElement): FileField[] {
  const { domain = 'category', nicename = '', ...others } = element.attributes;
  return [
    { name: `category ${domain}`, value: element.text },
    { name: `category ${domain} nicename`, value: nicename },
    ...attributesOf('category', others, element),
  ];
}
