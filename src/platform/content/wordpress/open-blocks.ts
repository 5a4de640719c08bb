import type { Container } from './elements.js';

/** Where the start tag of an open element has been written. */
export type Place =
  /** Not yet, or again after a paragraph has ended in it. */
  | 'nowhere'
  /** In the text of the present paragraph. */
  | 'text'
  /** Before the present paragraph. */
  | 'before';

export interface OpenElement {
  name: string;
  /** The start tag. */
  tag: string;
  place: Place;
  /** Absent for an inline element. */
  container?: Container;
  /** Nothing stands in it yet. */
  isEmpty: boolean;
}

const ROOT: OpenElement = { name: '', tag: '', place: 'before', container: 'root', isEmpty: false };

/** Inline elements that end with a paragraph are opened again in the next one, but only so often. */
const MOST_REOPENED = 10_000;
const MOST_REOPENED_CHARACTERS = 100_000;

/** The open elements. Each one is removed once, and names are counted, so the total time is linear. */
export class OpenBlocks {
  private readonly all: OpenElement[] = [];
  private readonly blocks: OpenElement[];
  private readonly counts = new Map<string, number>();
  private reopened = 0;
  private reopenedCharacters = 0;

  constructor(root: Container) {
    this.blocks = [{ ...ROOT, container: root }];
  }

  /** The innermost block. */
  get block(): OpenElement {
    return this.blocks.at(-1) ?? ROOT;
  }

  get innermost(): OpenElement | undefined {
    return this.all.at(-1);
  }

  has(name: string): boolean {
    return (this.counts.get(name) ?? 0) > 0;
  }

  push(element: OpenElement): void {
    this.all.push(element);
    if (element.container) this.blocks.push(element);
    this.counts.set(element.name, (this.counts.get(element.name) ?? 0) + 1);
  }

  pop(): OpenElement | undefined {
    const element = this.all.pop();
    if (!element) return undefined;
    if (element.container) this.blocks.pop();
    this.counts.set(element.name, (this.counts.get(element.name) ?? 1) - 1);
    return element;
  }

  /** Returns the innermost open element with this name, which must exist, and whether a block is open in it. */
  find(name: string): { element: OpenElement; isAcross: boolean } {
    let isAcross = false;
    for (let n = this.all.length - 1; ; n--) {
      const element = this.all[n] ?? ROOT;
      if (element.name === name || n < 0) return { element, isAcross };
      isAcross ||= element.container !== undefined;
    }
  }

  /** Counts elements that would be opened again, and tells whether they may. */
  mayOpenAgain(elements: OpenElement[]): boolean {
    this.reopened += elements.length;
    for (const { tag } of elements) this.reopenedCharacters += tag.length;
    return this.reopened <= MOST_REOPENED && this.reopenedCharacters <= MOST_REOPENED_CHARACTERS;
  }

  /** Returns the inline elements above the innermost block that are in this place, the outermost first. */
  inline(place: Place): OpenElement[] {
    const found: OpenElement[] = [];
    for (let n = this.all.length - 1; n >= 0; n--) {
      const element = this.all[n];
      if (!element || element.container || element.place !== place) break;
      found.push(element);
    }
    return found.reverse();
  }
}
