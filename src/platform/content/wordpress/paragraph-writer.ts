import { BodyTooComplex, LIMITS } from '../body-too-complex.js';
import type { Container } from './elements.js';
import { OpenBlocks, type OpenElement } from './open-blocks.js';

const BR = '<br />\n';

/**
 * Writes HTML in which text between blocks and blank lines is a paragraph, and single line ends are `<br />`. Text
 * that is already in paragraphs does not change. Each piece is handled once, so the time is linear.
 */
export class ParagraphWriter {
  private written = '';
  private isLineEnded = true;
  /** The text of the present paragraph, with its inline elements. */
  private line = '';
  private isVisible = false;
  /** The line ends after the text. Two or more end the paragraph. */
  private breaks = 0;
  private isAfterBr = false;
  /** A blank line stands in or before the text since the last block. */
  private isDivided = false;
  private isApart = false;
  private added = 0;
  private readonly open: OpenBlocks;

  constructor(root: Container = 'root') {
    this.open = new OpenBlocks(root);
  }

  get container(): Container {
    return this.open.block.container ?? 'root';
  }

  /** Tells whether an address at the start of a line can become a block here. */
  get mayEmbed(): boolean {
    const { innermost } = this.open;
    const { container } = this;
    const isBetween = !innermost || innermost.container !== undefined;
    return isBetween && container !== 'phrasing' && container !== 'structure';
  }

  has(name: string): boolean {
    return this.open.has(name);
  }

  /** Writes text without line ends, or an inline element as a whole. White space at the start of a line is ignored. */
  inline(given: string, isVisible = true): void {
    const isStart = this.breaks > 0 || this.line === '';
    const html = isStart ? given.replace(/^[ \t\f]+/, '') : given;
    if (html === '') return;
    this.endLine();
    this.writeAgain('text');
    this.line += html;
    this.isVisible ||= isVisible;
    this.isAfterBr = false;
  }

  /** Counts line ends of the text. The first one after `<br>` is part of it. */
  lineEnds(count: number): void {
    this.breaks += this.isAfterBr ? count - 1 : count;
    this.isAfterBr = false;
  }

  br(): void {
    this.breaks += 1;
    this.isAfterBr = true;
  }

  openInline(name: string, tag: string): void {
    this.endLine();
    this.writeAgain('text');
    this.line += tag;
    this.isAfterBr = false;
    this.open.push({ name, tag, place: 'text', isEmpty: true });
  }

  openBlock(name: string, tag: string, container: Container): void {
    this.startBlock();
    const isParagraph = container === 'paragraph';
    if (!isParagraph) this.write(tag);
    this.open.push({ name, tag, place: isParagraph ? 'nowhere' : 'before', container, isEmpty: true });
  }

  /** Writes a block as a whole. */
  block(html: string): void {
    this.startBlock();
    this.write(html);
  }

  /** Writes HTML that is not formatted. */
  raw(html: string): void {
    this.boundary();
    this.write(html);
  }

  /** Ends the innermost element with this name and everything in it. An end tag without a start tag is ignored. */
  close(name: string): void {
    if (!this.open.has(name)) return;
    const { element, isAcross } = this.open.find(name);
    const isInText = !element.container && !isAcross && element.place !== 'before';
    if (!isInText) this.boundary(element);
    if (isInText && element.place === 'text') this.line += `</${name}>`;
    this.popThrough(element);
  }

  /**
   * Ends the present text, as a block does.
   * @param closed the block that ends
   */
  boundary(closed?: OpenElement): void {
    if (this.isVisible) this.endText(this.isParagraph(closed));
    else if (this.line) this.writeInvisible();
    else if (this.breaks > 0 && !this.isLineEnded) this.write('\n');
    this.breaks = 0;
    this.isAfterBr = this.isDivided = this.isApart = false;
  }

  finish(): string {
    this.boundary();
    this.popThrough();
    return this.written;
  }

  private startBlock(): void {
    if (this.container === 'paragraph') this.takeBackTags();
    this.boundary();
    if (this.container === 'paragraph') this.leaveParagraph();
    this.writeAgain('before');
    this.open.block.isEmpty = false;
  }

  /** Start tags without text, whose elements contain the block that follows. */
  private takeBackTags(): void {
    const elements = this.isVisible ? [] : this.open.inline('text');
    if (elements.map(({ tag }) => tag).join('') !== this.line) return;
    this.line = '';
    for (const element of elements) element.place = 'nowhere';
  }

  /** A block cannot stand in a paragraph. The inline elements around it continue. */
  private leaveParagraph(): void {
    const paragraph = this.open.block;
    const inline: OpenElement[] = [];
    while (this.open.innermost !== paragraph) {
      const element = this.pop();
      if (element && this.open.mayOpenAgain([element])) inline.push({ ...element, place: 'nowhere' });
    }
    this.pop();
    for (const element of inline.reverse()) this.open.push(element);
  }

  private popThrough(last?: OpenElement): void {
    for (let element = this.pop(); element && element !== last;) element = this.pop();
  }

  private pop(): OpenElement | undefined {
    const element = this.open.pop();
    if (element?.place === 'before') this.write(`</${element.name}>`);
    return element;
  }

  /** Tells whether the text before a boundary is a paragraph of its own. */
  private isParagraph(closed: OpenElement | undefined): boolean {
    const { block } = this.open;
    if (block.container === 'root') return true;
    if (block.container === 'tight') return this.isDivided;
    if (block.container !== 'flow') return false;
    return this.isDivided || this.isApart || this.breaks > 1 || block !== closed || !block.isEmpty;
  }

  /** Writes what the line ends before the next piece of text mean. */
  private endLine(): void {
    const count = this.breaks;
    this.breaks = 0;
    if (count > 0 && this.line === '' && !this.isLineEnded && !this.open.block.isEmpty) this.write('\n');
    if (count > 1) this.endParagraph();
    else if (count === 1 && this.isVisible) this.add(this.container === 'structure' ? '\n' : BR);
  }

  private endParagraph(): void {
    if (!this.isVisible) {
      this.isApart = true;
    } else if (this.container === 'phrasing') {
      this.add(BR + BR);
    } else if (this.container === 'structure') {
      this.add('\n\n');
    } else {
      this.endText(true);
      this.isDivided = true;
    }
  }

  private endText(isParagraph: boolean): void {
    const { block } = this.open;
    this.endInline();
    if (block.container === 'paragraph') {
      if (block.place === 'nowhere') this.write(block.tag);
      block.place = 'before';
      this.write(this.line);
      if (isParagraph) this.divide(block);
    } else {
      this.write(isParagraph ? `<p>${this.line}</p>\n` : this.line);
    }
    this.isLineEnded = true; // White space after the text is not a part of it.
    this.line = '';
    this.isVisible = false;
    this.count('<p></p>\n'.length);
  }

  private divide(paragraph: OpenElement): void {
    this.write('</p>\n');
    paragraph.place = 'nowhere';
    paragraph.tag = '<p>';
  }

  private writeInvisible(): void {
    this.write(this.line);
    this.line = '';
    for (const element of this.open.inline('text')) element.place = 'before';
  }

  private endInline(): void {
    const ended = this.open.inline('text').reverse();
    // Only the innermost elements can be empty. End tags are added as one string, because each look flattens the line.
    const filled = ended.findIndex(({ tag }) => {
      const hasText = !this.line.endsWith(tag);
      if (!hasText) this.line = this.line.slice(0, -tag.length);
      return hasText;
    });
    if (filled >= 0)
      this.add(
        ended
          .slice(filled)
          .map(({ name }) => `</${name}>`)
          .join(''),
      );
    for (const element of ended) element.place = 'nowhere';
    if (ended.length > 0) this.line = this.line.replace(/(?:<br \/>)?\n{1,2}$/, '');
    if (!this.open.mayOpenAgain(ended)) for (let n = 0; n < ended.length; n++) this.open.pop();
  }

  private writeAgain(place: 'text' | 'before'): void {
    for (const element of this.open.inline('nowhere')) {
      if (place === 'text') this.add(element.tag);
      else this.write(element.tag);
      element.place = place;
    }
  }

  private write(html: string): void {
    if (html === '') return;
    this.written += html;
    this.isLineEnded = html.endsWith('\n');
  }

  private add(html: string): void {
    this.line += html;
    this.count(html.length);
  }

  /** @throws BodyTooComplex if line ends and paragraphs add more than a page can have */
  private count(characters: number): void {
    this.added += characters;
    if (this.added > LIMITS.html) throw new BodyTooComplex({ limit: 'html', found: this.added });
  }
}
