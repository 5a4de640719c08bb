/** The HTML of a document, and a note for each part that could not be converted. */
export interface ConvertedDocument {
  html: string;
  notes: string[];
}
