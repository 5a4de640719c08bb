/** The blocks of a page that a reader can run. */
export interface Block {
  /** `browser` is TypeScript that requires a page. */
  language: 'ts' | 'browser' | 'sh';
  code: string;
  /** The line of the page. */
  line: number;
  /** What the block prints, if a block of text follows it. */
  prints: string | undefined;
}

const LANGUAGES: Record<string, Block['language']> = { ts: 'ts', 'ts browser': 'browser', sh: 'sh' };
const FENCE = /^```([a-z ]*)\n(.*?)^```$/gms;

export function blocksOf(page: string): Block[] {
  const fences = [...page.matchAll(FENCE)];
  return fences.flatMap(({ 0: whole, 1: info = '', 2: code = '', index }, n) => {
    const language = LANGUAGES[info];
    const next = fences[n + 1];
    const between = next && page.slice(index + whole.length, next.index);
    const prints = next?.[1] === 'text' && between?.trim() === '' ? next[2] : undefined;
    const line = page.slice(0, index).split('\n').length;
    return language ? [{ language, code, line, prints }] : [];
  });
}

const MARK = '### block ';

/** Joins the blocks of one language to a program, which prints a mark before each of them. */
export function programOf(blocks: Block[], language: 'ts' | 'sh'): string {
  const mark = (line: number) =>
    language === 'ts' ? `console.log('${MARK}${line}');` : `echo '${MARK}${line}'`;
  return blocks
    .filter((block) => block.language === language)
    .map(({ line, code }) => `${mark(line)}\n${code}`)
    .join('\n');
}

/** Returns what each block has printed, by its line. */
export function printedBy(output: string): Map<number, string> {
  const [, ...parts] = output.split(MARK);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [Number(part.slice(0, end)), part.slice(end + 1)];
    }),
  );
}
