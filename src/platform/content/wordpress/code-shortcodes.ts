/** A part of the source between `[code]` and `[/code]`, with the HTML that replaces it. */
export interface CodePart {
  start: number;
  end: number;
  html: string;
}

/** The shortcodes for source code of WordPress.com. Many languages are names of their own. */
const NAMES =
  'code sourcecode source as3 bash shell coldfusion cf c cpp csharp css delphi diff erlang fsharp go groovy html java ' +
  'javafx javascript js latex matlab objc perl php plain powershell ps python py r ruby rails scala sql swift text vb ' +
  'xml yaml';
const OPENING = new RegExp(
  String.raw`(\[?)\[(${NAMES.replaceAll(' ', '|')})((?:\s|=)[^\][]{0,500})?\]`,
  'gi',
);
const LANGUAGE = /(?:^=|\blang(?:uage)?\s*=\s*)["']?([\w#+-]{1,30})/i;
const GENERIC: ReadonlySet<string> = new Set(['code', 'sourcecode', 'source', 'plain', 'text']);

/**
 * Finds source code before the HTML is parsed, because it can contain anything. The position of each end is
 * remembered, so the time is linear.
 */
export function codeParts(source: string): CodePart[] {
  const parts: CodePart[] = [];
  const ends = new Map<string, number>();
  let done = 0;
  for (const match of source.matchAll(OPENING)) {
    const [whole, bracket, name = '', args = ''] = match;
    if (match.index < done || bracket) continue;
    const start = match.index + whole.length;
    const closing = `[/${name}]`;
    const end = nextEnd(ends, closing, start, source);
    if (end === Infinity) continue;
    done = end + closing.length;
    parts.push({ start: match.index, end: done, html: codeHtml(source.slice(start, end), name, args) });
  }
  return parts;
}

function nextEnd(ends: Map<string, number>, closing: string, from: number, source: string): number {
  const known = ends.get(closing) ?? -1;
  if (known >= from) return known;
  const found = source.indexOf(closing, from);
  const end = found === -1 ? Infinity : found;
  ends.set(closing, end);
  return end;
}

function codeHtml(code: string, name: string, args: string): string {
  const language = LANGUAGE.exec(args)?.[1] ?? (GENERIC.has(name.toLowerCase()) ? '' : name);
  const text = code
    .replace(/^\s*\n/, '')
    .trimEnd()
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('[', '&#91;');
  const start = language ? `<code class="language-${language.toLowerCase()}">` : '<code>';
  return `<pre class="wp-block-code">${start}${text}</code></pre>`;
}
