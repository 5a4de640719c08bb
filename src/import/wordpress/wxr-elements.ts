import { type SaxesAttributeNS, type SaxesAttributeNSIncomplete, SaxesParser, type SaxesTagNS } from 'saxes';
import { ImportFileError } from '../import.errors.js';
import {
  MAX_ATTRIBUTES,
  MAX_DEPTH,
  MAX_ELEMENTS,
  MAX_ITEM_LENGTH,
  MAX_NAMESPACE_LENGTH,
  MAX_TITLE_LENGTH,
  written,
} from '../import.limits.js';
import { Preamble } from './preamble.js';
import type { Fault, LineAndColumn, RepairLog } from './repairs.js';
import { withoutRss } from './rss-names.js';
import { NO_ATTRIBUTES, STRAY_TEXT, type WxrAttributes, WxrElement } from './wxr-element.js';
import { isRead } from './wxr-fields.js';
import { usualNamespace, wxrName } from './wxr-names.js';
import { XmlRepairs } from './xml-repairs.js';

const HTML_PAGE =
  'the file is an HTML page and not an export, for example the login page of the site; download the export again';
const TAIL = 1000;
const PHP_FAULT = /Fatal error(?:<\/b>)?:\s*([^<\n]{1,150})/;
const NOT_WORDPRESS = 'the file is RSS, but not a WordPress export';
const NO_CHANNEL = 'the file contains no <channel>, in which a WordPress export has its posts';
const WORDPRESS = 'wp:';
const CHANNEL = 'channel';

/** The attributes that are read: the taxonomy and the slug of a term. */
const TERM = 'category';
const TERM_ATTRIBUTES: ReadonlySet<string> = new Set(['domain', 'nicename']);

/** The messages of the parser about faults after which it continues. */
const TOLERATED: ReadonlyMap<string, Fault> = new Map([
  ['text data outside of root node', 'outside'],
  ['the string "]]>" is disallowed in char data', 'section'],
]);
const EXAMPLES: Partial<Record<Fault, string>> = { section: ']]>', outside: 'text' };

/**
 * Turns chunks of XML into the children of the channel. `take` returns complete elements, and keeps the rest of a
 * chunk for the next one. The channel and the root follow after their children, and an element beside the channel has the
 * name `rss/item`.
 */
export class WxrElements {
  private readonly parser = new SaxesParser({
    xmlns: true,
    resolvePrefix: (prefix: string) => this.undeclared(prefix),
  });
  private readonly repairs: XmlRepairs;
  private readonly preamble: Preamble;
  private readonly open: WxrElement[] = [];
  private ready: WxrElement[] = [];
  /** The text of the current child of the channel, including characters that the parser has not yet returned. */
  private itemLength = 0;
  private pending = 0;
  private elements = 0;
  private attributes = 0;
  /** Undefined before the first element. */
  private isWordPress: boolean | undefined;
  private hasChannel = false;
  /** The last characters of the file. */
  private tail = '';

  constructor(
    private readonly log: RepairLog,
    private readonly maxLength = MAX_ITEM_LENGTH,
  ) {
    this.repairs = new XmlRepairs(log);
    this.preamble = new Preamble(log);
    this.parser.on('error', (error) => this.faulty(error.message.replace(/^\d+:\d+: |\.$/g, '')));
    this.parser.on('doctype', (type) =>
      this.fail(/^\s*html\b/i.test(type) ? HTML_PAGE : 'a document type declaration is not allowed'),
    );
    this.parser.on('opentagstart', () => (this.attributes = 0));
    this.parser.on('attribute', (attribute) => this.counted(attribute));
    this.parser.on('opentag', (tag) => this.opened(tag));
    this.parser.on('closetag', () => this.closed());
    this.parser.on('text', (text) => this.said(text));
    this.parser.on('cdata', (text) => this.said(text));
    this.parser.on('comment', () => (this.pending = 0));
    this.parser.on('processinginstruction', () => (this.pending = 0));
  }

  write(chunk: string): void {
    this.begin(this.preamble.write(chunk));
  }

  private begin({ text, lines }: { text: string; lines: number }): void {
    this.parser.line += lines;
    this.repairs.skip(lines);
    this.parse(this.repairs.write(text));
  }

  private parse(text: string): void {
    this.pending += text.length;
    this.tail = (this.tail + text.slice(-TAIL)).slice(-TAIL);
    this.parser.write(text);
    if (this.pending > this.maxLength) this.tooLong();
  }

  end(): void {
    this.begin(this.preamble.write('', true));
    this.parse(this.repairs.end());
    const inside = this.open.at(-1);
    if (inside)
      this.fail(
        `the file is incomplete: it ends inside <${inside.name}>, which starts in line ${inside.line}; ${this.whyCut()}`,
      );
    if (this.isWordPress === false) this.fail(NOT_WORDPRESS);
    if (this.isWordPress && !this.hasChannel) this.fail(NO_CHANNEL);
    this.parser.close();
  }

  take(): WxrElement[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  private opened(tag: SaxesTagNS): void {
    this.pending = 0;
    if (this.open.length === 0) this.checkRoot(tag);
    if (this.open.length >= MAX_DEPTH) this.fail(`the file has more than ${MAX_DEPTH} nested elements`);
    const name = this.nameOf(tag);
    if (this.open.length === 1 && name === CHANNEL) this.hasChannel = true;
    if (name.startsWith(WORDPRESS)) this.isWordPress = true;
    const element = new WxrElement(name, this.attributesOf(name, tag), this.parser.line);
    if (this.open.length === 2) this.itemLength = this.elements = 0;
    if (this.open.length >= 3 && isRead(name)) this.keep(element);
    this.open.push(element);
  }

  private nameOf(tag: SaxesTagNS): string {
    const name = wxrName(withoutRss(tag));
    return this.open.length === 1 && name !== CHANNEL ? `rss/${name}` : name;
  }

  private counted({ name, prefix, value }: SaxesAttributeNSIncomplete): void {
    this.attributes += 1;
    if (isNamespace(name, prefix) && value.length > MAX_NAMESPACE_LENGTH)
      this.fail(`the address of a namespace is longer than ${written(MAX_NAMESPACE_LENGTH)} characters`);
    if (this.attributes > MAX_ATTRIBUTES) this.fail(`an element has more than ${MAX_ATTRIBUTES} attributes`);
  }

  private attributesOf(element: string, tag: SaxesTagNS): WxrAttributes {
    if (this.attributes === 0) return NO_ATTRIBUTES;
    const read = new Map<string, string>();
    const unread: string[] = [];
    for (const { name, prefix, value } of Object.values<SaxesAttributeNS>(tag.attributes)) {
      if (element === TERM && TERM_ATTRIBUTES.has(name)) read.set(name, this.termAttribute(value));
      else if (!isNamespace(name, prefix) && value.trim() !== '') unread.push(name);
    }
    return { read, unread };
  }

  private termAttribute(value: string): string {
    if (value.length > MAX_TITLE_LENGTH)
      this.fail(`an attribute of <${TERM}> is longer than ${written(MAX_TITLE_LENGTH)} characters`);
    return value.trim();
  }

  private keep(element: WxrElement): void {
    this.elements += 1;
    if (this.elements > MAX_ELEMENTS) {
      this.fail(`${this.item()} has more than ${written(MAX_ELEMENTS)} elements`);
    }
    this.open.at(-1)?.keep(element);
  }

  private closed(): void {
    this.pending = 0;
    const element = this.open.pop();
    if (!element) return;
    element.end();
    if (this.open.length >= 3 && !isRead(element.name)) this.open.at(-1)?.pass(element);
    if (this.open.length > 2) return;
    const outer = this.open[1];
    if (outer && outer.name !== CHANNEL) return outer.hasContent ? undefined : outer.pass(element);
    if (element.name === 'item' && !this.isWordPress) this.fail(NOT_WORDPRESS);
    this.ready.push(element);
  }

  private said(text: string): void {
    this.pending = 0;
    if (this.open.length < 3) return this.strayed(text);
    this.itemLength += text.length;
    if (this.itemLength > this.maxLength) this.tooLong();
    const element = this.open.at(-1);
    const most = element?.add(text, this.open.at(-2));
    if (most !== undefined) this.fail(`<${element?.name}> is longer than ${written(most)} characters`);
  }

  /** Text between the elements of the channel, or beside it, belongs to the site. */
  private strayed(text: string): void {
    if (this.open.length === 0 || !/\S/.test(text)) return;
    const element = new WxrElement(STRAY_TEXT, NO_ATTRIBUTES, this.parser.line);
    element.add(text);
    this.ready.push(element);
  }

  private checkRoot(tag: SaxesTagNS): void {
    if (/^html$/i.test(tag.name)) this.fail(HTML_PAGE);
    if (tag.local !== 'rss') this.fail(`the file is XML (<${tag.name}>), but not a WordPress export`);
    this.isWordPress = Object.values(tag.ns).some(isWxr);
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

  /** A server of WordPress that runs out of time or memory writes so into the export, and ends it. */
  private whyCut(): string {
    const [, fault] = PHP_FAULT.exec(this.tail) ?? [];
    const cause =
      fault === undefined ? '' : `WordPress stopped with the fault ${JSON.stringify(fault.trim())}; `;
    return `${cause}export the site again, in parts if it is large`;
  }

  private place(): LineAndColumn {
    return { line: this.parser.line, column: this.parser.column + 1 };
  }

  /** After some faults the parser continues, and WordPress reads such files. */
  private faulty(reason: string): void {
    const fault = TOLERATED.get(reason);
    if (!fault) this.fail(reason);
    this.log.add(fault, EXAMPLES[fault] ?? '', () => this.place());
  }

  private fail(reason: string): never {
    throw new ImportFileError(reason, this.place());
  }
}

function isWxr(uri: string): boolean {
  return wxrName({ uri, prefix: '', local: '' }) === WORDPRESS;
}

const isNamespace = (name: string, prefix: string) => name === 'xmlns' || prefix === 'xmlns';
