import { MAX_READ_NOTES } from './import.limits.js';

/** The first notes of a reader on a part of an item, and the number of further ones. A file can cause any number. */
export interface Noted {
  notes: string[];
  moreNotes?: number;
}

export function addNote(to: Noted, note: string): void {
  if (to.notes.length < MAX_READ_NOTES) to.notes.push(note);
  else to.moreNotes = (to.moreNotes ?? 0) + 1;
}

/** Adds the notes on a part to those on the whole. */
export function addNotes(to: Noted, { notes, moreNotes = 0 }: Noted): void {
  for (const note of notes) to.notes.push(note);
  if (moreNotes > 0) to.moreNotes = (to.moreNotes ?? 0) + moreNotes;
}
