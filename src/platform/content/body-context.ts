/** A file to which a body refers by its number, such as an image of a gallery. */
export interface BodyFile {
  url: string;
  title?: string;
  /** HTML. */
  caption?: string;
  alt?: string;
}

/** The text of a footnote, in HTML, with the id to which the body links. */
export interface Footnote {
  id: string;
  content: string;
}

/**
 * What the HTML of an imported body requires besides the body, because the body refers to other items of the system
 * where it was written. It is stored with the body as JSON.
 */
export interface BodyContext {
  /** The new address of each link that leads to a post that was imported, too. */
  links?: Readonly<Record<string, string>>;
  footnotes?: readonly Footnote[];
  /** The files by their numbers. */
  files?: Readonly<Record<string, BodyFile>>;
  /** The numbers of the files of a post, in order, by the number of the post. '' is the post itself. */
  filesOf?: Readonly<Record<string, readonly string[]>>;
}

/** The files that a body names, and the posts whose files it names. */
export interface FileNeeds {
  files: string[];
  posts: string[];
}
