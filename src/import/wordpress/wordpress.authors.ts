import { plainText } from '../../platform/content/plain-text.js';
import type { ImportedAuthor, ImportItem } from '../import.model.js';
import { owned } from '../text.js';
import type { WxrElement } from './wxr-elements.js';

/** The authors so far, by login (which WordPress compares without regard to case) and by number. */
export class WordPressAuthors {
  private readonly byLogin = new Map<string, ImportedAuthor>();
  private readonly byId = new Map<string, ImportedAuthor>();

  constructor(private readonly key: (kind: 'author', id: string) => string) {}

  *declare(element: WxrElement): Generator<ImportItem, void, void> {
    const login = element.value('wp:author_login');
    if (this.byLogin.has(login.toLowerCase())) return;
    const author = this.remember(login, {
      name: plainText(element.value('wp:author_display_name')) || fullName(element) || login,
      email: element.value('wp:author_email') || null,
      notes: [],
    });
    const id = element.value('wp:author_id');
    if (id) this.byId.set(owned(id), author);
    yield { author };
  }

  /**
   * Returns the key of the author with this login. If the file does not declare the author, yields one with this
   * login.
   */
  *named(login: string): Generator<ImportItem, string, void> {
    const known = this.byLogin.get(login.toLowerCase());
    if (known) return known.key;
    const author = this.remember(login, {
      name: plainText(login) || login || 'Unknown author',
      email: null,
      notes: ['not declared in the file; created from the name of the creator of a post'],
    });
    yield { author };
    return author.key;
  }

  /**
   * Returns the key of the account that wrote a comment, or null for a guest ('0') and for an account that is not
   * in the file.
   */
  numbered(id: string): string | null {
    return this.byId.get(id)?.key ?? null;
  }

  private remember(login: string, known: Pick<ImportedAuthor, 'name' | 'email' | 'notes'>): ImportedAuthor {
    const author: ImportedAuthor = {
      key: owned(this.key('author', login.toLowerCase())),
      name: owned(known.name),
      email: known.email && owned(known.email),
      bio: null,
      website: null,
      avatarUrl: null,
      passwordHash: null,
      notes: known.notes,
    };
    this.byLogin.set(owned(login.toLowerCase()), author);
    return author;
  }
}

function fullName(element: WxrElement): string {
  return plainText(`${element.value('wp:author_first_name')} ${element.value('wp:author_last_name')}`);
}
