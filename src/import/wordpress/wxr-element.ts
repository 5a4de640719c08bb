import { FieldCounts, OTHER_FIELDS } from '../field-counts.js';
import { CUT_FIELD, cutLength, isText, KEEP_SPACE, WXR_FIELDS } from './wxr-fields.js';

/** The elements that contain the name and the value of a field of a plugin. */
const META: ReadonlySet<string> = new Set(['wp:postmeta', 'wp:commentmeta', 'wp:termmeta']);
const META_KEY = 'wp:meta_key';

/** The elements within an item that are items of their own, so that their fields are counted for them. */
const ITEMS: ReadonlySet<string> = new Set(['wp:comment']);

/** The name of text that stands directly in an element for other elements. */
export const STRAY_TEXT = '#text';

export interface WxrAttributes {
  /** The values that readers can ask for. */
  read: ReadonlyMap<string, string>;
  /** The names of those that have a value and that no reader reads. */
  unread: readonly string[];
}
export const NO_ATTRIBUTES: WxrAttributes = { read: new Map(), unread: [] };

/** An element and the content that was read of it. It knows what no reader has asked for. */
export class WxrElement {
  private readonly kept: WxrElement[] = [];
  /** Without the white space around it, unless it is a body. */
  text = '';
  /** The children that have content and that no reader reads. */
  private passed: FieldCounts | undefined;
  /** The first child that contains the name of a field of a plugin. */
  private metaKey: WxrElement | undefined;
  private isFilled = false;
  private isCut = false;
  private fate: 'unread' | 'read' | 'omitted' = 'unread';

  constructor(
    /** The name with the prefix that WordPress uses for the namespace: 'title', 'wp:post_id', 'content:encoded'. */
    readonly name: string,
    private readonly own: WxrAttributes,
    readonly line: number,
  ) {}

  get attributes(): ReadonlyMap<string, string> {
    return this.own.read;
  }

  get children(): readonly WxrElement[] {
    return this.kept;
  }

  /** Tells whether the element has content, also if no reader reads it. */
  get hasContent(): boolean {
    return (
      this.isFilled ||
      this.passed !== undefined ||
      this.own.unread.length > 0 ||
      this.children.some((child) => child.hasContent)
    );
  }

  /** Returns the text of the first child with this name, or '' if there is none. Further ones are left over. */
  value(name: string): string {
    return this.first(name)?.asRead().text ?? '';
  }

  all(name: string): WxrElement[] {
    return this.children.filter((child) => child.name === name).map((child) => child.asRead());
  }

  /** Says that the element was read, and that Galley has no place for it. */
  omit(): void {
    this.fate = 'omitted';
  }

  omitField(name: string): void {
    this.first(name)?.omit();
  }

  /**
   * Counts by name what readers have omitted and of what they have not asked for, when they have read the
   * element: children, also those within others (`title/b`), attributes (`title@lang`) and stray text.
   * @param within the path of the element, if the names begin with it
   */
  leftOver(within = ''): FieldCounts {
    const fields = new FieldCounts();
    this.collect(fields, within);
    return fields;
  }

  /** Adds a child that a reader can read, before its content. */
  keep(child: WxrElement): void {
    this.kept.push(child);
    if (child.name === META_KEY) this.metaKey ??= child;
  }

  /** Records a child that no reader reads. */
  pass(child: WxrElement): void {
    if (child.hasContent) (this.passed ??= new FieldCounts()).add(metaName(child));
  }

  /** Adds text. Returns the maximum length if the text is too long. */
  add(text: string, parent?: WxrElement): number | undefined {
    if (!this.isFilled) this.isFilled = /\S/.test(text);
    if (this.name === CUT_FIELD) return this.addToCut(text, cutLength(parent?.metaName));
    const most = WXR_FIELDS.get(this.name);
    if (most === undefined) return undefined;
    if (this.text.length + text.length > most) return most;
    this.text += text;
    return undefined;
  }

  /** Removes the white space around the text. A value that was cut stays too long for a post. */
  end(): void {
    if (!KEEP_SPACE.has(this.name) && !this.isCut) this.text = this.text.trim();
  }

  /** The name of a field of a plugin, or '' if the element contains none. Readers have not read it. */
  get metaName(): string {
    return this.metaKey?.text ?? '';
  }

  private first(name: string): WxrElement | undefined {
    return this.children.find((child) => child.name === name);
  }

  private asRead(): this {
    if (this.fate === 'unread') this.fate = 'read';
    return this;
  }

  private collect(fields: FieldCounts, path: string): void {
    const start = path === '' ? '' : `${path}/`;
    for (const [name, count] of this.passed ?? [])
      fields.add(name === OTHER_FIELDS ? name : start + name, count);
    for (const name of this.own.unread) fields.add(`${path || this.name}@${name}`);
    if (this.isFilled && !isText(this.name)) fields.add(start + STRAY_TEXT);
    const read = new Map<string, WxrElement>();
    for (const child of this.children) {
      if (child.fate === 'read') {
        if (!read.has(child.name)) read.set(child.name, child);
        if (!ITEMS.has(child.name)) child.collect(fields, start + child.name);
      } else if (child.hasContent && !child.repeats(read.get(child.name)))
        fields.add(start + metaName(child));
    }
  }

  /** A field that says the same again is no loss. */
  private repeats(other: WxrElement | undefined): boolean {
    const isPlain = this.passed === undefined && this.children.length + this.own.unread.length === 0;
    return this.fate === 'unread' && isPlain && other?.text === this.text;
  }

  private addToCut(text: string, length: number): undefined {
    const more = this.text === '' ? text.trimStart() : text;
    const room = length - this.text.length;
    this.isCut ||= /\S/.test(more.slice(room));
    this.text += more.slice(0, room);
  }
}

/** Returns the name of a field: that of its element, and for a field of a plugin also its own. */
export function metaName(element: WxrElement): string {
  if (!META.has(element.name)) return element.name;
  return `${element.name} ${shortened(element.metaName)}`;
}

/** Plugins number their fields, or name them by hashes. */
const shortened = (name: string) => (name.startsWith('_') ? name.replace(/[0-9a-f]{16,}|\d+/gi, '…') : name);
