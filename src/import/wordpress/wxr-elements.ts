import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { ImportFileError } from '../import.errors.js';
import {
  MAX_ATTRIBUTES,
  MAX_DEPTH,
  MAX_ELEMENTS,
  MAX_ITEM_LENGTH,
  MAX_TITLE_LENGTH,
  written,
} from '../import.limits.js';
import type { LineAndColumn, RepairLog } from './repairs.js';
import { CUT_FIELD, CUT_LENGTH, isRead, KEEP_SPACE, WXR_FIELDS } from './wxr-fields.js';
import { usualNamespace, wxrName } from './wxr-names.js';
import { XmlRepairs } from './xml-repairs.js';

const NOT_WORDPRESS = 'the file is RSS, but not a WordPress export';
const WORDPRESS = 'wp:';
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** An element and the content that was read of it. */
export class WxrElement {
  readonly children: WxrElement[] = [];
  /** Without the white space around it, unless it is a body. */
  text = '';

  constructor(
    /** The name with the prefix that WordPress uses for the namespace: 'title', 'wp:post_id', 'content:encoded'. */
    readonly name: string,
    readonly attributes: ReadonlyMap<string, string>,
    readonly line: number,
  ) {}

  /** Returns the text of the first child with this name, or '' if there is none. */
  value(name: string): string {
    return this.children.find((child) => child.name === name)?.text ?? '';
  }

  all(name: string): WxrElement[] {
    return this.children.filter((child) => child.name === name);
  }
}

/**
 * Turns chunks of XML into the children of the channel. `take` returns complete elements, and keeps the rest of a
 * chunk for the next one.
 */
export class WxrElements {
  private readonly parser = new SaxesParser({
    xmlns: true,
    resolvePrefix: (prefix: string) => this.undeclared(prefix),
  });
  private readonly repairs: XmlRepairs;
  private readonly open: WxrElement[] = [];
  private ready: WxrElement[] = [];
  /** The text of the current child of the channel, including characters that the parser has not yet returned. */
  private itemLength = 0;
  private pending = 0;
  private elements = 0;
  private attributes = 0;
  private started = false;
  /** Undefined before the first element. */
  private isWordPress: boolean | undefined;

  constructor(
    private readonly log: RepairLog,
    private readonly maxLength = MAX_ITEM_LENGTH,
  ) {
    this.repairs = new XmlRepairs(log);
    this.parser.on('error', (error) => this.fail(error.message.replace(/^\d+:\d+: |\.$/g, '')));
    this.parser.on('xmldecl', ({ encoding }) => this.checkEncoding(encoding));
    this.parser.on('doctype', () => this.fail('a document type declaration is not allowed'));
    this.parser.on('opentagstart', () => (this.attributes = 0));
    this.parser.on('attribute', () => this.counted());
    this.parser.on('opentag', (tag) => this.opened(tag));
    this.parser.on('closetag', () => this.closed());
    this.parser.on('text', (text) => this.said(text));
    this.parser.on('cdata', (text) => this.said(text));
    this.parser.on('comment', () => (this.pending = 0));
    this.parser.on('processinginstruction', () => (this.pending = 0));
  }

  write(chunk: string): void {
    this.parse(this.repairs.write(chunk, this.parser.line));
  }

  private parse(repaired: string): void {
    const text = this.started ? repaired : this.trimmed(repaired);
    this.pending += text.length;
    this.parser.write(text);
    if (this.pending > this.maxLength) this.tooLong();
  }

  end(): void {
    this.parse(this.repairs.end(this.parser.line));
    const inside = this.open.at(-1);
    if (inside)
      this.fail(
        `the file is incomplete: it ends inside <${inside.name}>, which starts in line ${inside.line}`,
      );
    if (this.isWordPress === false) this.fail(NOT_WORDPRESS);
    this.parser.close();
  }

  take(): WxrElement[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  /** Many plugins write a blank line before the XML declaration, which XML forbids. */
  private trimmed(chunk: string): string {
    const text = chunk.trimStart();
    this.started = text.length > 0;
    this.parser.line += chunk.slice(0, chunk.length - text.length).split('\n').length - 1;
    return text;
  }

  private opened(tag: SaxesTagNS): void {
    this.pending = 0;
    if (this.open.length === 0) this.checkRoot(tag);
    if (this.open.length >= MAX_DEPTH) this.fail(`the file has more than ${MAX_DEPTH} nested elements`);
    const name = wxrName(tag);
    if (name.startsWith(WORDPRESS)) this.isWordPress = true;
    const element = new WxrElement(name, this.attributesOf(name, tag), this.parser.line);
    if (this.open.length === 2) this.itemLength = this.elements = 0;
    if (this.open.length >= 3 && isRead(name)) this.keep(element);
    this.open.push(element);
  }

  private counted(): void {
    this.attributes += 1;
    if (this.attributes > MAX_ATTRIBUTES) this.fail(`an element has more than ${MAX_ATTRIBUTES} attributes`);
  }

  /** Only the attributes of a term are read, because they contain its taxonomy and slug. */
  private attributesOf(name: string, tag: SaxesTagNS): ReadonlyMap<string, string> {
    if (name !== 'category') return NO_ATTRIBUTES;
    const attributes: SaxesAttributeNS[] = Object.values(tag.attributes);
    if (attributes.some(({ value }) => value.length > MAX_TITLE_LENGTH)) {
      this.fail(`an attribute of <category> is longer than ${written(MAX_TITLE_LENGTH)} characters`);
    }
    return new Map(attributes.map((attribute) => [attribute.name, attribute.value.trim()]));
  }

  private keep(element: WxrElement): void {
    this.elements += 1;
    if (this.elements > MAX_ELEMENTS) {
      this.fail(`${this.item()} has more than ${written(MAX_ELEMENTS)} elements`);
    }
    this.open.at(-1)?.children.push(element);
  }

  private closed(): void {
    this.pending = 0;
    const element = this.open.pop();
    if (element && !KEEP_SPACE.has(element.name)) element.text = element.text.trim();
    if (!element || this.open.length !== 2 || this.open[1]?.name !== 'channel') return;
    if (element.name === 'item' && !this.isWordPress) this.fail(NOT_WORDPRESS);
    this.ready.push(element);
  }

  private said(text: string): void {
    this.pending = 0;
    if (this.open.length < 3) return;
    this.itemLength += text.length;
    if (this.itemLength > this.maxLength) this.tooLong();
    const element = this.open.at(-1);
    if (element) this.addText(element, text);
  }

  private addText(element: WxrElement, text: string): void {
    if (element.name === CUT_FIELD) {
      element.text = (element.text + text.slice(0, CUT_LENGTH)).slice(0, CUT_LENGTH);
      return;
    }
    const most = WXR_FIELDS.get(element.name);
    if (most === undefined) return;
    if (element.text.length + text.length > most) {
      this.fail(`<${element.name}> is longer than ${written(most)} characters`);
    }
    element.text += text;
  }

  private checkRoot(tag: SaxesTagNS): void {
    if (tag.local !== 'rss') this.fail(`the file is XML (<${tag.name}>), but not a WordPress export`);
    this.isWordPress = Object.values(tag.ns).some(isWxr);
  }

  private checkEncoding(encoding: string | undefined): void {
    if (encoding && !/^(utf-8|utf8|us-ascii)$/i.test(encoding)) {
      this.fail(`the file declares the encoding ${encoding}; save it as UTF-8`);
    }
  }

  private tooLong(): never {
    this.fail(`${this.item()} is longer than ${written(this.maxLength)} characters`);
  }

  private item(): string {
    const inside = this.open.at(2);
    return inside ? `the <${inside.name}> of line ${inside.line}` : 'this';
  }

  /** WordPress 2.6 and others use prefixes that they do not declare. */
  private undeclared(prefix: string): string | undefined {
    if (prefix === '') return undefined; // This is the default namespace.
    this.log.add('prefix', prefix, () => this.place());
    return usualNamespace(prefix);
  }

  private place(): LineAndColumn {
    return { line: this.parser.line, column: this.parser.column + 1 };
  }

  private fail(reason: string): never {
    throw new ImportFileError(reason, this.place());
  }
}

function isWxr(uri: string): boolean {
  return wxrName({ uri, prefix: '', local: '' }) === WORDPRESS;
}
