import { plainText } from '../../platform/content/plain-text.js';
import type { ImportedAuthor, ImportItem } from '../import.model.js';
import { markupFields } from '../lost-markup.js';
import type { OmittedFields } from '../omitted-fields.js';
import { owned } from '../text.js';
import type { WxrElement } from './wxr-element.js';

/** The authors so far, by login (which WordPress compares without regard to case) and by number. */
export class WordPressAuthors {
  private readonly byLogin = new Map<string, ImportedAuthor>();
  private readonly byId = new Map<string, ImportedAuthor>();

  constructor(
    private readonly key: (kind: 'author', id: string) => string,
    private readonly omitted: OmittedFields,
  ) {}

  *declare(element: WxrElement): Generator<ImportItem, void, void> {
    const login = element.value('wp:author_login');
    const name = plainText(element.value(DISPLAYED)) || fullName(element) || login;
    const email = element.value('wp:author_email') || null;
    const known = this.byLogin.get(login.toLowerCase());
    const author = known ?? this.remember(login, { name, email, notes: [] });
    const id = element.value('wp:author_id');
    if (id && !this.byId.has(id)) this.byId.set(owned(id), author);
    if (!known) yield { author };
    else if (author.name !== name || author.email !== email)
      return yield { skipped: { kind: 'author', key: owned(login), title: owned(name), reason: SAME_LOGIN } };
    omitNames(element, name);
    const bearer = { kind: 'author', key: author.key, title: author.name };
    this.omitted.addAll(bearer, element.leftOver());
    this.omitted.addEach(bearer, markupFields(DISPLAYED, element.value(DISPLAYED)));
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
      notes: [login ? UNDECLARED : NAMELESS],
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

  /** Returns the name of the account with this number, or undefined if the account is not in the file. */
  nameOf(id: string): string | undefined {
    return this.byId.get(id)?.name;
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

const DISPLAYED = 'wp:author_display_name';
const UNDECLARED = 'not declared in the file; created from the name of the creator of a post';
const NAMELESS = 'created for posts that name no creator';
const SAME_LOGIN = 'another author of the file has the same login; that name and email address were kept';

/** The element of an author omits the parts of the name that the name does not contain. */
function omitNames(element: WxrElement, name: string): void {
  for (const field of ['wp:author_first_name', 'wp:author_last_name'])
    if (!name.includes(element.value(field))) element.omitField(field);
}

function fullName(element: WxrElement): string {
  return plainText(`${element.value('wp:author_first_name')} ${element.value('wp:author_last_name')}`);
}
