import { type Letter, type LetterBlock, paragraphsOf, readable } from './letter.js';

/** RFC 5322, section 2.1.1, recommends lines of at most 78 characters. */
const MOST_COLUMNS = 76;

/**
 * Returns the text part of a message, wrapped so that no client has to. Only an address is longer than a line,
 * because a divided address does not work.
 * @param brand the name below the letter
 */
export function textPart(letter: Letter, brand: string): string {
  return [...letter.blocks.map(written), foot(letter, brand)].filter(Boolean).join('\n\n').concat('\n');
}

function written(block: LetterBlock): string {
  switch (block.kind) {
    case 'heading':
      return wrapped(block.text);
    case 'text':
    case 'note':
      return paragraphs(block.text);
    case 'quote':
      return [paragraphs(block.text, '> '), block.by === undefined ? '' : wrapped(`(${block.by})`)]
        .filter(Boolean)
        .join('\n\n');
    case 'action':
      return `${wrapped(`${block.label}:`)}\n${block.href}`;
    case 'items':
      return block.items.map(item).join('\n\n');
    case 'code':
      return `    ${block.code}`;
  }
}

const paragraphs = (text: string, prefix = ''): string =>
  paragraphsOf(text)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .map((line) => wrapped(line, prefix))
        .join('\n'),
    )
    .join(`\n${prefix.trimEnd()}\n`);

type Item = Extract<LetterBlock, { kind: 'items' }>['items'][number];

function item({ title, href, detail }: Item): string {
  const more = detail === undefined ? [] : readable(detail).split('\n');
  return [
    wrapped(`* ${title}`, '', '  '),
    ...(href ? [`  ${href}`] : []),
    ...more.map((line) => wrapped(line, '  ')),
  ].join('\n');
}

/** `-- ` alone on a line is the mark of a signature, which clients fold away and leave out of replies. */
const foot = ({ why, unsubscribeUrl }: Letter, brand: string): string =>
  [
    '-- ',
    wrapped(brand),
    ...(why === undefined ? [] : [paragraphs(why)]),
    ...(unsubscribeUrl === undefined ? [] : [`Unsubscribe: ${unsubscribeUrl}`]),
  ].join('\n');

/** Breaks a line between words. A word that is longer than a line stays whole. */
function wrapped(line: string, prefix = '', nextPrefix = prefix): string {
  const lines: string[] = [];
  let current = prefix;
  let isEmpty = true;
  for (const word of readable(line).split(/\s+/).filter(Boolean)) {
    if (!isEmpty && current.length + 1 + word.length > MOST_COLUMNS) {
      lines.push(current);
      current = nextPrefix;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current.trimEnd() === '' ? '' : current].join('\n');
}
