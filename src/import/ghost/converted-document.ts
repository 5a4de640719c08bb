/** A document as HTML, and a note for each part that could not come along. */
export interface ConvertedDocument {
  html: string;
  notes: string[];
}
