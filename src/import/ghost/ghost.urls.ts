import { ImportFileError } from '../import.errors.js';
import { MAX_GROWTH, written } from '../import.limits.js';

/** Ghost writes this instead of the address of the site. */
const PLACEHOLDER = '__GHOST_URL__';

const UNKNOWN =
  'its links and images begin with "__GHOST_URL__", because the file does not name the address of the site; ' +
  'import it with the option --site or the parameter site';

/** The address of the site, which replaces the placeholder. It stays where the address is unknown. */
export class GhostUrls {
  private readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
  }

  /** Returns the text with the address of the site, and otherwise adds a note. */
  absolute(text: string, notes: string[]): string {
    if (!text.includes(PLACEHOLDER)) return text;
    if (this.url) return this.replaced(text);
    notes.push(UNKNOWN);
    return text;
  }

  private replaced(text: string): string {
    const parts = text.split(PLACEHOLDER);
    const growth = (parts.length - 1) * (this.url.length - PLACEHOLDER.length);
    if (growth > MAX_GROWTH) {
      throw new ImportFileError(
        `replacing ${PLACEHOLDER} with the address of the site would make the body ${written(MAX_GROWTH)} characters longer`,
      );
    }
    return parts.join(this.url);
  }
}
