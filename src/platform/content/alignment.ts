/** Elements in which `align` aligns the text, so that it can replace a style. */
export const TEXT_BLOCKS: ReadonlySet<string> = new Set(
  'p div h1 h2 h3 h4 h5 h6 td th tr thead tbody tfoot'.split(' '),
);

const TEXT_ALIGN = /^\s*text-align\s*:\s*(left|right|center|justify)\s*(?:!\s*important\s*)?$/i;

/**
 * Returns the attributes with the alignment of a style in `align`, which takes precedence as in a browser. All other
 * styles are removed, because they could place a text over the page that shows it.
 */
export function aligned(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const style = given.get('style');
  if (style === undefined) return given;
  const { style: _style, ...others } = Object.fromEntries(given);
  const align = textAlignOf(style);
  return new Map(Object.entries(align ? { ...others, align } : others));
}

/** The last declaration counts. */
function textAlignOf(style: string): string | undefined {
  return style
    .split(';')
    .flatMap((declaration) => TEXT_ALIGN.exec(declaration)?.[1]?.toLowerCase() ?? [])
    .at(-1);
}
