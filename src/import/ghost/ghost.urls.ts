import { ImportFileError } from '../import.errors.js';
import { MAX_GROWTH, written } from '../import.limits.js';

/**
 * Where the address of the site is missing: Ghost 4 and newer write a placeholder, and older ones leave the addresses
 * of their own files without a host.
 */
const MISSING = /__GHOST_URL__|(?:(?<=["'(,\s])|(?<![^]))(?=\/content\/(?:images|media|files)\/)/g;

const PLACEHOLDER = '__GHOST_URL__';

const unknown = (what: string) =>
  `${what}, because the file does not contain the address of the site; ` +
  'name it with --site, or the parameter site, in the first import';

const UNKNOWN = unknown('its links and images begin with "__GHOST_URL__"');
const UNKNOWN_FILES = unknown('its images and files begin with "/content/" and no host');

/** The address of the site, which is added where it is missing. Without it, the text stays as it is. */
export class GhostUrls {
  private readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
  }

  /** Returns the text with the address of the site, and otherwise adds a note. */
  absolute(text: string, notes: string[]): string {
    const missing = text.match(MISSING);
    if (!missing) return text;
    if (this.url) return this.replaced(text, missing);
    notes.push(missing.includes(PLACEHOLDER) ? UNKNOWN : UNKNOWN_FILES);
    return text;
  }

  private replaced(text: string, missing: string[]): string {
    const growth = missing.length * this.url.length - missing.join('').length;
    if (growth > MAX_GROWTH) {
      throw new ImportFileError(
        `adding the address of the site would make the body ${written(MAX_GROWTH)} characters longer`,
      );
    }
    return text.replace(MISSING, () => this.url);
  }
}
