import { note } from '../note.js';
import { VOID } from '../open-elements.js';
import { BlockComments } from './block-comments.js';
import { codeParts } from './code-shortcodes.js';
import { BLOCK_VOID, BLOCKS, VISIBLE } from './elements.js';
import { embedFigure, embedHtml, isEmbedded, type Surroundings } from './embed-html.js';
import { filledBlock } from './filled-blocks.js';
import { addressIn, isAlone } from './line-addresses.js';
import { type Line, linesOf } from './lines.js';
import { ParagraphWriter } from './paragraph-writer.js';
import { type Replacement, shortcodes } from './shortcodes.js';
import { readTokens, type SourceReader } from './source-tokens.js';
import { Verbatim } from './verbatim.js';

/**
 * Formats the body of a WordPress post as WordPress does when it shows it: paragraphs and line breaks outside of
 * blocks, shortcodes, and addresses on lines of their own. The result is not sanitized, and does not change if it is
 * formatted again. The time is linear in the length of the body.
 * @throws BodyTooComplex
 */
export function formatWordPress(
  body: string,
  given: Pick<Surroundings, 'providers' | 'notes' | 'context' | 'needs'>,
): string {
  const { notes } = given;
  const source = withLineFeeds(body);
  const unknown = new Set<string>();
  const dynamic = new Set<string>();
  const formatter = new Formatter(source, { ...given, unknown, dynamic, shown: { files: 0 } });
  let at = 0;
  for (const { start, end, html } of codeParts(source)) {
    formatter.read(at, start);
    formatter.writer.block(html);
    at = end;
  }
  formatter.read(at, source.length);
  if (unknown.size > 0) notes.add(note`the html leaves out the shortcodes ${[...unknown]}`);
  if (dynamic.size > 0) notes.add(note`the html leaves out blocks that WordPress fills: ${[...dynamic]}`);
  return formatter.finish();
}

/** Formats a comment: only paragraphs and line breaks. */
export function formatWordPressComment(body: string): string {
  const source = withLineFeeds(body);
  const formatter = new Formatter(source);
  formatter.read(0, source.length);
  return formatter.finish();
}

const withLineFeeds = (text: string) => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/** An address that stays text must stay text when the paragraph around it is formatted again. */
const COLON = '&#58;';

class Formatter implements SourceReader {
  readonly writer = new ParagraphWriter();
  private readonly blocks: BlockComments;
  private readonly verbatim: Verbatim;
  private replacements: Replacement[] = [];
  private nextReplacement = 0;
  /** Everything before this position has been replaced. */
  private done = 0;

  /** @param around absent for a comment */
  constructor(
    private readonly source: string,
    private readonly around?: Surroundings,
  ) {
    this.verbatim = new Verbatim(source);
    this.blocks = new BlockComments((name, comment) => this.fill(name, comment));
  }

  read(from: number, to: number): void {
    this.replacements = this.around ? shortcodes(this.source, from, to, this.around) : [];
    this.nextReplacement = 0;
    this.done = from;
    readTokens(this.source, this, from, to);
  }

  finish(): string {
    if (this.verbatim.missingEnds) this.copy(this.verbatim.missingEnds);
    if (this.blocks.missingEnds) this.writer.raw(this.blocks.missingEnds);
    return this.writer.finish();
  }

  text(start: number, end: number): void {
    let at = Math.max(start, this.done);
    for (;;) {
      const replacement = this.replacements[this.nextReplacement];
      if (!replacement || replacement.start >= end) break;
      this.nextReplacement++;
      if (replacement.start > at) this.plain(at, replacement.start);
      this.replace(replacement);
      at = this.done = replacement.end;
    }
    if (at < end) this.plain(at, end);
  }

  open(name: string, start: number, end: number): void {
    if (start < this.done) return;
    const tag = this.source.slice(start, end);
    const container = BLOCKS.get(name);
    if (this.isCopied) {
      this.verbatim.open(name);
      this.copy(tag);
    } else if (name === 'br') this.writer.br();
    else if (container) this.writer.openBlock(name, tag, container);
    else if (BLOCK_VOID.has(name)) this.writer.block(tag);
    else if (VOID.has(name)) this.writer.inline(tag, VISIBLE.has(name));
    else if (this.verbatim.has(name)) this.startCopy(name, tag, end);
    else this.writer.openInline(name, tag);
  }

  close(name: string, start: number, end: number): void {
    if (start < this.done) return;
    if (this.isCopied) {
      this.copy(this.source.slice(start, end));
      this.verbatim.close(name);
    } else if (name === 'br') this.writer.br();
    else if (BLOCKS.has(name) && !this.writer.has(name)) this.writer.boundary();
    else this.writer.close(name);
  }

  comment(start: number, end: number): void {
    if (start < this.done || !this.around || this.verbatim.isOpen) return;
    const comment = this.source.slice(start, end);
    if (this.blocks.read(comment)) this.writer.raw(comment);
  }

  /** Writes a block that has no HTML of its own. */
  private fill(name: string, comment: string): void {
    if (!this.around) return;
    const html = filledBlock(name, comment, this.around);
    if (html === undefined) this.around.dynamic.add(name);
    else this.replace({ html, isBlock: true });
  }

  private get isCopied(): boolean {
    return this.verbatim.isOpen || !this.blocks.isFormatted;
  }

  private copy(html: string): void {
    if (this.verbatim.isOpen && !this.verbatim.isPre) this.writer.inline(html, this.verbatim.isVisible);
    else this.writer.raw(html);
  }

  private startCopy(name: string, tag: string, end: number): void {
    if (!this.verbatim.start(name, end)) this.writer.inline(`${tag}</${name}>`);
    else if (name === 'pre') this.writer.block(tag);
    else this.writer.inline(tag, this.verbatim.isVisible);
  }

  private replace({ html, isBlock }: Pick<Replacement, 'html' | 'isBlock'>): void {
    if (html === '') return;
    if (this.isCopied) this.copy(html);
    else if (isBlock) this.writer.block(html);
    else this.writer.inline(html);
  }

  private plain(start: number, end: number): void {
    const isWhole = this.isCopied && (this.verbatim.isOpen || !this.source.slice(start, end).includes('://'));
    if (isWhole) this.copy(this.textAt(start, end));
    else for (const line of linesOf(this.source, start, end)) this.line(line);
  }

  /** The tokenizer reads some opening brackets as text. They must stay text whatever is left out around them. */
  private textAt(start: number, end: number): string {
    const text = this.source.slice(start, end);
    return this.verbatim.isRaw || !text.includes('<') ? text : text.replaceAll('<', '&lt;');
  }

  private line({ start, end, next, lineEnds }: Line): void {
    const text = this.textAt(start, end);
    const address = this.around && addressIn(text);
    const embed = address && this.embedOf(address, start, end);
    if (this.isCopied) this.copy((embed ?? text) + this.source.slice(end, next));
    else {
      if (embed) this.writer.block(embed);
      else if (address) this.writer.inline(text.replace(':', COLON));
      else if (text) this.writer.inline(text, /[^ \t\f]/.test(text));
      this.writer.lineEnds(lineEnds);
    }
  }

  /** Returns the HTML of an address that is alone on its line and that WordPress embeds. */
  private embedOf(address: string, start: number, end: number): string | undefined {
    const { around, writer, blocks, isCopied } = this;
    if (!around || !(isCopied || writer.mayEmbed) || !isEmbedded(address, around)) return undefined;
    if (!blocks.isEmbed && !isAlone(this.source, start, end)) return undefined;
    const isInFigure = blocks.isEmbed || writer.has('figure');
    return isInFigure ? embedHtml({ address }, around) : embedFigure({ address }, around);
  }
}
