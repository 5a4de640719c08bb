import type { EmbedProviders } from './embed-providers.js';
import { frameOf, linkAddress, replacedByLink } from './embeds.js';

const EMBEDDING: ReadonlySet<string> = new Set(['iframe', 'frame', 'object', 'embed', 'param']);
const NOTED: ReadonlyMap<string, string> = new Map([
  ['script', 'a script was left out'],
  ['style', 'a style sheet was left out'],
  ...['input', 'select', 'option', 'textarea', 'button'].map(
    (name) => [name, 'a form was left out'] as const,
  ),
  ['applet', 'an applet was left out'],
  ...['svg', 'canvas', 'math'].map((name) => [name, `a drawing (${name}) was left out`] as const),
]);
const NO_ADDRESS = 'an embed without an address was left out';
/** The parameters of an old `object` that name its address. */
const MOVIE = /^(?:movie|src|url|filename)$/i;

/** What is written for an element that embeds another page. */
export type Embedded = { frame: string } | { href: string };

/** Decides about elements that show other pages. An `object` shows one page, however many elements in it name it. */
export class EmbeddedContent {
  private readonly given = new Map<string, string>();
  private objects = 0;
  private isObjectDone = false;

  /** @param providers absent if no frame is permitted */
  constructor(
    private readonly notes: Set<string>,
    private readonly providers?: EmbedProviders,
  ) {}

  has = (tag: string): boolean => EMBEDDING.has(tag);

  attribute(name: string, value: string): void {
    if (!this.given.has(name)) this.given.set(name, value);
  }

  /** Returns what to write after a start tag. */
  opened(tag: string): Embedded | undefined {
    const note = NOTED.get(tag);
    if (note) this.notes.add(note);
    if (!EMBEDDING.has(tag)) return undefined;
    if (tag === 'object' && this.objects++ === 0) this.isObjectDone = false;
    const address = this.addressOf(tag);
    const embed = {
      address,
      width: this.given.get('width'),
      height: this.given.get('height'),
      title: this.given.get('title'),
    };
    this.given.clear();
    if (tag !== 'iframe' && this.objects > 0 && this.isObjectDone) return undefined;
    if (!address) {
      if (tag !== 'param' && this.objects === 0) this.notes.add(NO_ADDRESS);
      return undefined;
    }
    this.isObjectDone = true;
    const frame = this.providers && frameOf(embed, this.providers);
    if (frame) return { frame };
    const href = linkAddress(address);
    this.notes.add(
      href === undefined ? 'an embed without a web address was left out' : replacedByLink(address),
    );
    return href === undefined ? undefined : { href };
  }

  closed(tag: string): void {
    if (tag !== 'object' || this.objects === 0) return;
    this.objects--;
    if (this.objects === 0) this.noteObject();
  }

  /** Ends the objects that have no end tag. */
  finish(): void {
    if (this.objects > 0) this.noteObject();
    this.objects = 0;
  }

  private noteObject(): void {
    if (!this.isObjectDone) this.notes.add(NO_ADDRESS);
  }

  private addressOf(tag: string): string {
    const value = (name: string) => this.given.get(name)?.trim() ?? '';
    if (tag === 'object') return value('data');
    if (tag === 'param') return this.objects > 0 && MOVIE.test(value('name')) ? value('value') : '';
    return value('src') || (tag === 'iframe' ? value('data-src') : '');
  }
}
