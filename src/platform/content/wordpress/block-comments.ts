const DELIMITER = /^<!--\s+(\/?)wp:([a-z][a-z0-9_-]{0,60}(?:\/[a-z][a-z0-9_-]{0,60})?)\s/;
/** Blocks whose text WordPress formats like a classic post. */
const CLASSIC: ReadonlySet<string> = new Set([
  'freeform',
  'core/freeform',
  'classic',
  'shortcode',
  'core/shortcode',
]);
/** Blocks without HTML that show no text of their own. */
const SILENT: ReadonlySet<string> = new Set(['spacer', 'separator', 'more', 'nextpage']);

const EMBED = /^(?:core\/)?embed$|^core-embed\//;

/** The open blocks of the block editor, whose delimiters are HTML comments. */
export class BlockComments {
  private readonly open: string[] = [];
  private readonly counts = new Map<string, number>();

  /** @param fill is called for each block that has no HTML of its own, with its name and its delimiter */
  constructor(private readonly fill: (name: string, comment: string) => void) {}

  /** Tells whether the text here is formatted: it stands outside of blocks, or in a classic block. */
  get isFormatted(): boolean {
    const name = this.open.at(-1);
    return name === undefined || CLASSIC.has(name);
  }

  get isEmbed(): boolean {
    return EMBED.test(this.open.at(-1) ?? '');
  }

  /** The delimiters that are missing at the end of the source. */
  get missingEnds(): string {
    return this.open
      .map((name) => `<!-- /wp:${name} -->`)
      .reverse()
      .join('');
  }

  /** @returns whether the comment is the delimiter of a block */
  read(comment: string): boolean {
    const [, slash, name] = DELIMITER.exec(comment) ?? [];
    if (name === undefined) return false;
    if (slash) this.close(name);
    else if (comment.endsWith('/-->')) this.fillUnlessSilent(name, comment);
    else {
      this.open.push(name);
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    }
    return true;
  }

  private fillUnlessSilent(name: string, comment: string): void {
    if (!SILENT.has(name)) this.fill(name.replace(/^core\//, ''), comment);
  }

  private close(name: string): void {
    if (!this.counts.get(name)) return;
    for (let last = this.open.pop(); last !== undefined; last = this.open.pop()) {
      this.counts.set(last, (this.counts.get(last) ?? 1) - 1);
      if (last === name) return;
    }
  }
}
