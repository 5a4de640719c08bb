/** How text in a block is divided into paragraphs. */
export type Container =
  /** Every piece of text becomes a paragraph. */
  | 'root'
  /** Text becomes paragraphs if something else stands beside it or a blank line divides it. */
  | 'flow'
  /** Text becomes paragraphs if a blank line divides it. */
  | 'tight'
  /** Only lines end, because the element cannot contain paragraphs. */
  | 'phrasing'
  /** White space has no meaning. */
  | 'structure'
  /** A blank line ends the paragraph and starts another one. */
  | 'paragraph';

const each = (container: Container, names: string): [string, Container][] =>
  names.split(' ').map((name) => [name, container]);

/** The block-level elements. */
export const BLOCKS: ReadonlyMap<string, Container> = new Map([
  ...each('root', 'blockquote'),
  ...each(
    'flow',
    'div section article aside header footer main nav form fieldset details address center hgroup body html',
  ),
  ...each('tight', 'li td th dd figure'),
  ...each('phrasing', 'h1 h2 h3 h4 h5 h6 dt figcaption caption legend summary'),
  ...each('structure', 'ul ol menu dl table thead tbody tfoot tr colgroup map'),
  ...each('paragraph', 'p'),
]);

/** Block-level elements without text. */
export const BLOCK_VOID: ReadonlySet<string> = new Set(['hr', 'col', 'area']);

/** Readers see these elements although they contain no text. */
export const VISIBLE: ReadonlySet<string> = new Set('img embed input wbr image'.split(' '));
