/** Bodies that are slow to render, by their length: known ones, and generated ones from pieces of markup. */

/** The format of a body, as in the API. */
export type Format = 'markdown' | 'html';

/** Returns the formats in turn. */
export const formatOf = (n: number): Format => (n % 2 === 0 ? 'markdown' : 'html');

/** Creates a body of about this length. */
export type Make = (length: number) => string;

const repeated =
  (text: string): Make =>
  (length) =>
    text.repeat(Math.ceil(length / text.length)).slice(0, length);
const halves =
  (open: string, close: string): Make =>
  (length) =>
    repeated(open)(length / 2) + repeated(close)(length / 2);

const HONEST = `## A heading

Some *words* and **strong ones**, a [link](https://example.com/a?b=c "t") and \`code\`.
Another line with https://example.org/x and an ![image](/a.png).

- one
- two
  - nested

> quote

\`\`\`js
let a = 1;
\`\`\`

| a | b |
|---|---|
| 1 | 2 |

`;

/** Ten classes whose growth is printed. */
export const CLASSES: Record<string, [Format, Make]> = {
  'honest Markdown': ['markdown', repeated(HONEST)],
  'open brackets': ['markdown', repeated('[')],
  'nested emphasis': ['markdown', halves('*a', 'a*')],
  'pictures of references': ['markdown', (length) => `[a]: x\n\n${repeated('![a][a')(length)}`],
  'lists and blank lines': ['markdown', (length) => '1. '.repeat(90) + repeated('\n\n')(length)],
  'tables of nothing': ['markdown', repeated('a|b\n-|-\n')],
  'lazy quotes with tags': ['markdown', repeated('\n|-|\n> </b>')],
  addresses: ['markdown', repeated('//|http://a.b')],
  'tags that stay open': ['html', repeated('<a><p>')],
  'srcset of bad descriptors': [
    'html',
    (length) => `<img srcset="${repeated('a.jpg 1y\n{"level":"fatal"}, ')(length)}">`,
  ],
};

/** Other bodies for which some parser was quadratic. */
export const KNOWN = [
  ...[
    '](',
    '![',
    '[a](<b',
    '`a``b',
    '*a **a ',
    '**x* ',
    '_a__b___c',
    '~a ~~b ',
    '> ',
    '>\t',
    '> * ',
    '- a\n\n',
    '* 1. ',
    '# a\n',
  ],
  ...[
    'a\n=\n',
    '[a]: b "\n',
    '[a]: <b\n',
    '<',
    '<!--',
    'a <?',
    'a <![CDATA[',
    '<a b="',
    '<a:',
    '&',
    '&#',
    'a@',
    'a@b.',
    'www.',
    'http://a.b/((',
  ],
  ...[
    '\\',
    '\t',
    '\r',
    ' ',
    '😀',
    '漢*字',
    'mailto:a@b.c,',
    '|-|\n',
    '```\n',
    '<div>\n\n',
    '"',
    "[a](b '",
    '</b>',
    '<svg><style>',
    '<table><tr>',
  ],
  ...[
    '<p class="',
    '<b id=x>',
    '<a href=x>',
    '<select><option>',
    '<img srcset="a 1x,',
    '&notit;',
    '<title>&',
    '<x:y z=',
    '\0',
    '\u2028',
    '<p a=1 ',
  ],
].map(repeated);

const PIECES = [
  ...[
    '[',
    '![',
    '](x)',
    ']',
    '[a]',
    '(',
    '*',
    '_',
    '**',
    '~~',
    '`',
    '``',
    '<',
    '>',
    '<a',
    '</',
    '<!--',
    '-->',
    '<?',
    '&',
    '&#',
    '\n',
    '\n\n',
    ' ',
    '    ',
  ],
  ...[
    '\t',
    '- ',
    '1. ',
    '* ',
    '> ',
    '# ',
    '|',
    '-|',
    '|-',
    '---',
    '===',
    '```',
    '~~~',
    '[a]: b',
    '"',
    "'",
    '\\',
    'a',
    'http://a.b',
    'www.a.b',
    'a@b.c',
  ],
  ...[
    '//',
    ':',
    '.',
    '!',
    'é',
    '😀',
    '<b>',
    '</b>',
    '<a href="',
    '<div>',
    '<p>',
    '</p>',
    '<table>',
    '<td>',
    '<svg>',
    '<style>',
    '</style>',
    '<script>',
  ],
  ...[
    '<img srcset="',
    ' 1x,',
    '">',
    '<select>',
    '<option>',
    '<textarea>',
    '<title>',
    '<plaintext>',
    '\n> ',
    '\n- ',
    '\n  ',
    '\n|a|',
    '\n|-|',
    '\0',
    '\r',
  ],
];

type Shape = (a: string, b: string, c: string, length: number) => string;

const SHAPES: Shape[] = [
  (a, _b, _c, length) => repeated(a)(length),
  (a, b, _c, length) => halves(a, b)(length),
  (a, b, _c, length) => a + repeated(b)(length),
  (a, b, _c, length) => repeated(b)(length) + a,
  (a, b, c, length) => repeated(a)(length / 3) + c + repeated(b)(length / 3) + repeated(c)(length / 3),
  (a, b, c, length) => `${c}${repeated(a)(length / 2)}\n\n${repeated(b)(length / 2)}`,
  (a, b, _c, length) => repeated(`${repeated(a)(Math.sqrt(length))}${b}\n`)(length),
  (a, b, c, length) => `<${a.trim() || 'p'} ${b}="${repeated(c)(length)}">`,
];

/** The same seed generates the same bodies. */
export function generator(seed: number): Make {
  let state = seed;
  const below = (most: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
  };
  const piece = () => Array.from({ length: 1 + below(3) }, () => PIECES[below(PIECES.length)]).join('');
  const shape = () => SHAPES[below(SHAPES.length)] ?? ((a) => a);
  return (length) => shape()(piece(), piece(), piece(), length);
}
