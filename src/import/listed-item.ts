export interface Counts {
  imported: number;
  /** The number of items that exist already, for example from an earlier import. */
  present: number;
  skipped: number;
}

/** An item that was not imported, or was changed. */
export interface ListedItem {
  outcome: keyof Counts;
  /** 'author', 'post' … or the kind as the file names it. */
  kind: string;
  /** The identifier of the item in the file. */
  key: string;
  title: string;
  reasons: string[];
}
