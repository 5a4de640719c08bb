import { readTokens, type SourceReader } from './source-tokens.js';

/** A tag in square brackets, which can be a shortcode: `[name …]`, `[name … /]` or `[/name]`. */
export interface ShortcodeTag {
  start: number;
  end: number;
  name: string;
  /** The text between the name and the closing bracket. */
  args: string;
  closes: boolean;
  /** It stands in `pre`, `code` or another element that shows text as it is. */
  isQuoted: boolean;
  /** It stands in a block that consists of shortcodes. */
  isMarked: boolean;
  /** The number of images before it. */
  imagesBefore: number;
}

const NAME = /\[(\/?)([a-z][\w-]{0,59})(?=[\s/=\]])/iy;
const BRACKET = /[[\]]/g;
const QUOTING: ReadonlySet<string> = new Set([
  'pre',
  'code',
  'script',
  'style',
  'textarea',
  'kbd',
  'samp',
  'tt',
]);
/** An argument can contain HTML, such as the caption of an old `[caption]`. */
const ARGUMENT_WITH_HTML = /=\s*["']/;
const MARK = /<!--\s+(\/?)wp:shortcode\s/y;

/** Finds the tags in the text of HTML. Each one ends before the next bracket, so the time is linear. */
export function shortcodeTags(source: string, from: number, to: number): ShortcodeTag[] {
  const finder = new TagFinder(source, to);
  readTokens(source, finder, from, to);
  return finder.found;
}

class TagFinder implements SourceReader {
  readonly found: ShortcodeTag[] = [];
  private readonly quoting = new Map<string, number>();
  private isMarked = false;
  private images = 0;
  /** A tag whose closing bracket is behind an HTML tag. It counts if that bracket is text. */
  private across: ShortcodeTag | undefined;
  private nextBracket = -1;

  constructor(
    private readonly source: string,
    private readonly to: number,
  ) {}

  open(name: string): void {
    if (name === 'img') this.images++;
    if (QUOTING.has(name)) this.quoting.set(name, (this.quoting.get(name) ?? 0) + 1);
  }

  close(name: string): void {
    const count = this.quoting.get(name) ?? 0;
    if (name === 'pre') this.quoting.clear();
    else if (count > 1) this.quoting.set(name, count - 1);
    else this.quoting.delete(name);
  }

  comment(start: number): void {
    MARK.lastIndex = start;
    const mark = MARK.exec(this.source);
    if (mark) this.isMarked = mark[1] === '';
  }

  text(start: number, end: number): void {
    let at = this.endOfAcross(start, end);
    for (;;) {
      at = this.openingBracket(at);
      if (at >= end) return;
      const tag = this.tagAt(at);
      at = tag && tag.end <= end ? tag.end : at + 1;
      if (!tag) continue;
      if (tag.end <= end) this.found.push(tag);
      else if (ARGUMENT_WITH_HTML.test(tag.args)) this.across = tag;
    }
  }

  /** Returns the position at which the search continues. */
  private endOfAcross(start: number, end: number): number {
    const { across } = this;
    if (!across || across.end > end) return across ? end : start;
    this.across = undefined;
    if (across.end <= start) return start;
    this.found.push({ ...across, imagesBefore: this.images });
    return across.end;
  }

  private openingBracket(at: number): number {
    if (this.nextBracket < at) {
      const found = this.source.indexOf('[', at);
      this.nextBracket = found === -1 ? Infinity : found;
    }
    return this.nextBracket;
  }

  private tagAt(start: number): ShortcodeTag | undefined {
    NAME.lastIndex = start;
    const [whole = '', slash, name = ''] = NAME.exec(this.source) ?? [];
    if (!whole) return undefined;
    BRACKET.lastIndex = start + whole.length;
    const bracket = BRACKET.exec(this.source);
    if (bracket?.[0] !== ']' || bracket.index >= this.to) return undefined;
    const args = this.source.slice(start + whole.length, bracket.index);
    const closes = slash === '/';
    if (closes && args.trim()) return undefined;
    return {
      start,
      end: bracket.index + 1,
      name,
      args,
      closes,
      isQuoted: this.quoting.size > 0,
      isMarked: this.isMarked,
      imagesBefore: this.images,
    };
  }
}
