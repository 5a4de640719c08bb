/** The tokenizer reads the content of these elements as text, up to their end tag or to the end of the source. */
const RAW: ReadonlySet<string> = new Set(
  'script style textarea title xmp iframe noembed noframes plaintext'.split(' '),
);
const OTHERS: ReadonlySet<string> = new Set(
  'pre object video audio picture svg math canvas select button noscript'.split(' '),
);

const INVISIBLE: ReadonlySet<string> = new Set('script style title noembed noframes noscript'.split(' '));

/** The element whose content is copied as it is, if one is open. */
export class Verbatim {
  private name = '';
  private depth = 0;
  private raw = '';
  private readonly ends = new Map<string, number>();

  constructor(private readonly source: string) {}

  get isOpen(): boolean {
    return this.depth > 0;
  }

  get isPre(): boolean {
    return this.depth > 0 && this.name === 'pre';
  }

  /** Readers see the element. */
  get isVisible(): boolean {
    return !INVISIBLE.has(this.name);
  }

  /** The content is not HTML. */
  get isRaw(): boolean {
    return this.raw !== '';
  }

  /** The end tags that are missing at the end of the source. */
  get missingEnds(): string {
    const raw = this.raw && this.raw !== this.name ? `</${this.raw}>` : '';
    return raw + `</${this.name}>`.repeat(this.depth);
  }

  has(name: string): boolean {
    return RAW.has(name) || OTHERS.has(name);
  }

  /** Starts such an element. It does not start if its end tag is missing, because it would hide the rest of the page. */
  start(name: string, from: number): boolean {
    const starts = RAW.has(name) || name === 'pre' || this.hasEnd(name, from);
    if (!starts) return false;
    this.name = name;
    this.depth = 0;
    this.open(name);
    return true;
  }

  /** A start tag in content that is copied. */
  open(name: string): void {
    if (name === this.name) this.depth++;
    if (RAW.has(name)) this.raw = name;
  }

  close(name: string): void {
    if (name === this.raw) this.raw = '';
    if (name === this.name && this.depth > 0) this.depth--;
    if (this.depth === 0) this.name = '';
  }

  /** Finds each end tag once, so the time is linear. */
  private hasEnd(name: string, from: number): boolean {
    let end = this.ends.get(name) ?? -1;
    if (end < from) {
      const pattern = new RegExp(`</${name}`, 'gi');
      pattern.lastIndex = from;
      end = pattern.exec(this.source)?.index ?? Infinity;
      this.ends.set(name, end);
    }
    return end !== Infinity;
  }
}
