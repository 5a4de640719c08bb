import { decodeHTML } from 'entities';
import { escapeText, mayHave, writeAttributes } from './attributes.js';
import { type LinkedText, splitAtLinks } from './autolinks.js';
import { BodyTooComplex, LIMITS } from './body-too-complex.js';
import type { EmbedProviders } from './embed-providers.js';
import { EmbeddedContent } from './embedded-content.js';
import { type HtmlReader, readHtml, SILENT, UNSEEN } from './html-tokens.js';
import { type Gap, gapOf, noteOfAddress, noteOfUnshown } from './left-out.js';
import { OpenElements, VOID } from './open-elements.js';
import type { Policy } from './policy.js';

/** Addresses in these elements do not become links. */
const UNLINKED = ['a', 'code', 'pre'];

/** Drawings and formulas are not written, but the text in them is. */
const DRAWINGS = ['svg', 'math'];

/** White space after a block in these elements is no text, but the line breaks of the source. */
const CONTAINERS = new Set('ul ol menu dl li dt dd table thead tbody tfoot colgroup tr td th'.split(' '));
const BLOCKS = new Set([
  ...CONTAINERS,
  ...'caption col p h1 h2 h3 h4 h5 h6 hr pre blockquote div figure section article'.split(' '),
]);
const BLANK = /^[ \t\n\f\r]+$/;

export interface SanitizeOptions {
  isFromMarkdown?: boolean;
  /** Addresses in text become links. */
  hasAddresses?: boolean;
  /** The sites whose frames a policy with frames permits. */
  providers?: EmbedProviders;
  /** Receives what readers may miss in the result. */
  notes?: Set<string>;
}

/**
 * Returns HTML that contains only what the policy permits. Every tag, attribute and character is written again, so
 * the interpretation by a browser does not depend on the source. The time is linear in the length of `html`.
 * @throws BodyTooComplex
 */
export function sanitize(html: string, policy: Policy, options: SanitizeOptions = {}): string {
  const writer = new HtmlWriter(policy, options);
  readHtml(html, writer);
  return writer.finish();
}

class HtmlWriter implements HtmlReader {
  private written = '';
  /** The last character of `written`. To read it there would copy the whole text each time. */
  private last = '';
  private pending = '';
  /** Text is ignored until this element ends, or '' if it is not ignored. */
  private silent = '';
  private tag = '';
  private shown = false;
  private readonly attributes = new Map<string, string>();
  private readonly notes: Set<string>;
  private readonly embedded: EmbeddedContent;
  /** The name of the tag that was written last, or '' after text. */
  private after = '';
  /** What separates the words before and after blocks that are not written. */
  private gap: Gap = 'none';
  private hasContent = false;
  private readonly elements = new OpenElements((name) => this.writeTag(name, `</${name}>`));

  constructor(
    private readonly policy: Policy,
    private readonly options: SanitizeOptions,
  ) {
    const { notes = new Set<string>(), providers } = options;
    this.notes = notes;
    this.embedded = new EmbeddedContent(notes, policy.frames ? providers : undefined);
  }

  open(name: string): void {
    this.tag = name;
    this.shown = false;
    if (this.silent) return;
    this.flush();
    this.elements.before(name);
    this.attributes.clear();
    this.shown = this.mayShow(name);
  }

  attribute(name: string, value: string): void {
    if (!this.silent && this.embedded.has(this.tag)) this.embedded.attribute(name, value);
    if (!this.shown || this.attributes.has(name) || !mayHave(this.policy, this.tag, name)) return;
    // md4c does not decode entities in a title, and the renderer would escape them again.
    this.attributes.set(name, this.options.isFromMarkdown && name === 'title' ? decodeHTML(value) : value);
  }

  opened(isSelfClosing: boolean): void {
    if (this.silent) return;
    this.writeEmbedded();
    if (SILENT.has(this.tag) || (!isSelfClosing && this.isUnseen(this.tag)))
      return void (this.silent = this.tag);
    const ends = VOID.has(this.tag);
    if (this.shown) this.writeStart(ends);
    else this.leaveOut(this.tag);
    if (!ends) this.elements.push(this.tag, this.shown);
  }

  close(name: string): void {
    if (this.silent && name !== this.silent && name !== 'select' && !this.endsUnseen(name)) return;
    this.silent = '';
    this.embedded.closed(name);
    this.flush();
    if (!this.policy.tags.has(name)) this.widenGap(name);
    if (this.elements.has(name)) this.elements.end(name);
    else if (name === 'br' && this.mayShow(name)) this.writeTag(name, '<br />');
    else if (name === 'p' && this.mayShow(name)) this.writeTag(name, '<p></p>');
  }

  text(text: string): void {
    if (!this.silent) this.pending += text;
  }

  finish(): string {
    this.flush();
    this.embedded.finish();
    this.elements.endAll();
    return this.written;
  }

  private mayShow(name: string): boolean {
    return this.policy.tags.has(name) && this.elements.depth < this.policy.depth;
  }

  private isUnseen(name: string): boolean {
    return UNSEEN.has(name) && DRAWINGS.some((drawing) => this.elements.has(drawing));
  }

  private endsUnseen(name: string): boolean {
    return UNSEEN.has(this.silent) && DRAWINGS.includes(name);
  }

  private flush(): void {
    if (!this.pending) return;
    const text = this.pending;
    this.pending = '';
    const isBlank = BLANK.test(text);
    if (isBlank && this.isAfterBlock()) return;
    if (!isBlank) this.fillGap();
    this.after = '';
    if (!this.options.hasAddresses || UNLINKED.some((name) => this.elements.has(name)))
      this.write(escapeText(text));
    else for (const piece of splitAtLinks(text)) this.writeLinked(piece);
  }

  private isAfterBlock(): boolean {
    return BLOCKS.has(this.after) && CONTAINERS.has(this.elements.innermostShown ?? '');
  }

  private writeStart(ends: boolean): void {
    const note = noteOfAddress(this.policy, this.tag, this.attributes);
    if (note) this.notes.add(note);
    if (!BLOCKS.has(this.tag)) this.fillGap();
    const attributes = writeAttributes(this.policy, this.tag, this.attributes);
    this.writeTag(this.tag, `<${this.tag}${attributes}${ends ? ' />' : '>'}`);
  }

  private leaveOut(name: string): void {
    const note = noteOfUnshown(this.policy, name);
    if (note) this.notes.add(note);
    this.widenGap(name);
  }

  private widenGap(name: string): void {
    const gap = gapOf(name);
    if (gap === 'line' || this.gap === 'none') this.gap = gap;
  }

  /** Blocks that are not written must not join the words around them. */
  private fillGap(): void {
    const { gap } = this;
    this.gap = 'none';
    const isFirst = !this.hasContent;
    this.hasContent = true;
    const isApart = isFirst || this.after === 'br' || BLOCKS.has(this.after);
    if (gap === 'none' || isApart) return;
    if (gap === 'line' && this.mayShow('br') && !this.elements.has('pre')) this.writeTag('br', '<br />');
    else if (!BLANK.test(this.last)) this.write(gap === 'line' ? '\n' : ' ');
  }

  private writeEmbedded(): void {
    const embedded = this.embedded.opened(this.tag);
    if (!embedded) return;
    this.fillGap();
    this.after = '';
    if ('frame' in embedded) return this.write(embedded.frame);
    this.elements.before('a');
    this.writeLinked({ text: embedded.href, href: embedded.href });
  }

  private writeLinked({ text, href }: LinkedText): void {
    if (href === undefined) return this.write(escapeText(text));
    this.write(`<a${writeAttributes(this.policy, 'a', new Map([['href', href]]))}>${escapeText(text)}</a>`);
  }

  private writeTag(name: string, html: string): void {
    this.after = name;
    if (BLOCKS.has(name)) this.gap = 'none';
    this.write(html);
  }

  private write(html: string): void {
    this.written += html;
    this.last = html.at(-1) ?? this.last;
    if (this.written.length > LIMITS.html)
      throw new BodyTooComplex({ limit: 'html', found: this.written.length });
  }
}
