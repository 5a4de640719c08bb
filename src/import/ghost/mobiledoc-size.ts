/**
 * Returns the number of characters of cards and atoms, and of markup, to which the sections of a Mobiledoc document refer. A
 * document can refer to each of them any number of times, so a megabyte of text can represent a terabyte of HTML.
 */
export function referredLengths(document: unknown): { cards: number; markups: number } {
  const { cards, markups, atoms, sections } = record(document);
  const cardLengths = list(cards).map(lengthOf);
  const markupLengths = list(markups).map(lengthOf);
  const atomLengths = list(atoms).map(lengthOf);
  const length = { cards: 0, markups: 0 };
  const addMarkers = (markers: unknown) => {
    for (const marker of list(markers).map(list)) {
      if (marker[0] === ATOM_MARKER) length.cards += at(atomLengths, marker[3]);
      for (const opened of list(marker[1])) length.markups += at(markupLengths, opened);
    }
  };
  for (const section of list(sections).map(list)) {
    if (section[0] === CARD_SECTION) length.cards += at(cardLengths, section[1]);
    else if (section[0] === LIST_SECTION) list(section[2]).forEach(addMarkers);
    else addMarkers(section[2]);
  }
  return length;
}

const ATOM_MARKER = 1;
const LIST_SECTION = 3;
const CARD_SECTION = 10;

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const at = (lengths: number[], index: unknown) => (typeof index === 'number' ? (lengths[index] ?? 0) : 0);
const lengthOf = (value: unknown) => JSON.stringify(value)?.length ?? 0;
