import type { ImportedAuthor, ImportedFile, ImportedPost, ImportedTag, ImportItem } from './import.model.js';

/** The maximum number of rows of one statement. */
const MOST_ITEMS = 100;

/** The maximum number of comments that wait to be written. A single post can have more. */
const MOST_COMMENTS = 5000;

/** The maximum number of characters that wait to be written. A single post can have more. */
const MOST_TEXT = 2 * 1024 * 1024;

/** Items that are written together: authors first, then tags, then posts with their comments. */
export class ImportBatch {
  readonly authors: ImportedAuthor[] = [];
  readonly tags: ImportedTag[] = [];
  readonly posts: ImportedPost[] = [];
  readonly files: ImportedFile[] = [];
  private text = 0;
  private comments = 0;

  add(item: Exclude<ImportItem, { skipped: unknown } | { repaired: unknown } | { omitted: unknown }>): void {
    if ('author' in item) this.authors.push(item.author);
    else if ('tag' in item) this.tags.push(item.tag);
    else if ('file' in item) this.files.push(item.file);
    else {
      this.posts.push(item.post);
      this.text += item.post.body.length;
      this.comments += item.post.comments.length;
      for (const comment of item.post.comments) this.text += comment.body.length;
    }
  }

  get isFull(): boolean {
    const items = this.authors.length + this.tags.length + this.posts.length + this.files.length;
    return items >= MOST_ITEMS || this.text >= MOST_TEXT || this.comments >= MOST_COMMENTS;
  }
}
