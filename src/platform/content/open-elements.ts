/** Void elements have no content and no end tag. */
export const VOID: ReadonlySet<string> = new Set(
  'area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr'.split(
    ' ',
  ),
);

const P = new Set(['p']);
const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p']);
const TERMS = new Set(['dd', 'dt']);
const RUBY = new Set(['rt', 'rp']);
const TABLE_PARTS = new Set(['thead', 'tbody']);

/**
 * The start tag on the left ends these elements if they are the innermost open ones, because HTML makes their end
 * tags optional.
 */
const ENDS = new Map<string, ReadonlySet<string>>([
  ['tr', new Set(['tr', 'th', 'td'])],
  ['th', new Set(['th'])],
  ['td', new Set(['thead', 'th', 'td'])],
  ['tbody', TABLE_PARTS],
  ['tfoot', TABLE_PARTS],
  ['a', new Set(['a'])],
  ['li', new Set(['li'])],
  ['dd', TERMS],
  ['dt', TERMS],
  ['rt', RUBY],
  ['rp', RUBY],
  ...[...HEADINGS].map((name) => [name, name === 'p' ? P : HEADINGS] as const),
  ...(
    'address article aside blockquote details div dl fieldset figcaption figure footer form header hr main nav ol ' +
    'pre section table ul'
  )
    .split(' ')
    .map((name) => [name, P] as const),
]);

/**
 * The open elements, including those that are not written. An end tag without a start tag requires one look-up, and
 * each element is removed once, so the total time is linear in the number of tags.
 */
export class OpenElements {
  private readonly stack: { name: string; shown: boolean }[] = [];
  /** The positions of the written elements in the stack. */
  private readonly shownAt: number[] = [];
  private readonly counts = new Map<string, number>();

  /** @param ended is called for each written element that ends */
  constructor(private readonly ended: (name: string) => void) {}

  get depth(): number {
    return this.stack.length;
  }

  has(name: string): boolean {
    return (this.counts.get(name) ?? 0) > 0;
  }

  push(name: string, shown: boolean): void {
    if (shown) this.shownAt.push(this.stack.length);
    this.stack.push({ name, shown });
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Ends the elements that a start tag with this name ends. Elements that are not written do not prevent this. */
  before(name: string): void {
    const ends = ENDS.get(name);
    while (ends?.has(this.innermostShown ?? '')) {
      const at = this.shownAt.at(-1) ?? 0;
      while (this.stack.length > at) this.pop();
    }
  }

  /** Ends the innermost open element with this name and all elements in it. */
  end(name: string): void {
    while (this.pop() !== name);
  }

  endAll(): void {
    while (this.stack.length > 0) this.pop();
  }

  /** The name of the innermost written element. */
  get innermostShown(): string | undefined {
    const at = this.shownAt.at(-1);
    return at === undefined ? undefined : this.stack[at]?.name;
  }

  private pop(): string | undefined {
    const top = this.stack.pop();
    if (!top) return undefined;
    this.counts.set(top.name, (this.counts.get(top.name) ?? 1) - 1);
    if (top.shown) {
      this.shownAt.pop();
      this.ended(top.name);
    }
    return top.name;
  }
}
