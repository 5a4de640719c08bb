import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { note } from '../platform/content/note.js';
import { WebAddress } from '../platform/schemas/schemas.js';
import { Email, type ImportedUser, UsersService } from '../users/users.service.js';
import { momentText } from './dates.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { type ImportRun, TWICE } from './import-run.js';
import type { ImportedAuthor } from './import.model.js';

/** Creates accounts for authors, and stores their ids for the posts that follow. */
@Injectable()
export class AuthorsWriter {
  constructor(
    private readonly users: UsersService,
    private readonly keys: ImportKeysRepository,
  ) {}

  async write(authors: ImportedAuthor[], run: ImportRun): Promise<void> {
    if (authors.length === 0) return;
    const here = await this.accountsHere(authors);
    const made = [];
    for (const author of authors) {
      const id = here.get(author.key);
      if (run.authors.has(author.key)) {
        run.tally.add('skipped', 'author', author.key, author.name, [TWICE]);
      } else if (id !== undefined) {
        run.authors.set(author.key, id);
        run.tally.add('present', 'author', author.key, author.name);
      } else {
        made.push({ key: author.key, id: await this.make(author, run) });
      }
    }
    await this.keys.add(made);
  }

  /**
   * Returns the accounts that an earlier import created for these authors and that still exist, or the accounts
   * with their ids.
   */
  private async accountsHere(authors: ImportedAuthor[]): Promise<Map<string, string>> {
    const known = await this.keys.find(authors.map((author) => author.key));
    const wanted = new Map<string, string>();
    for (const { key, id } of authors) if (id !== undefined) wanted.set(key, id);
    for (const [key, { id }] of known) wanted.set(key, id);
    const held = await this.users.holdAll([...new Set(wanted.values())]);
    return new Map([...wanted].filter(([, id]) => held.has(id)));
  }

  private async make(author: ImportedAuthor, run: ImportRun): Promise<string> {
    const { user, notes } = usable(author);
    const { id, isNew } = await this.users.import(user);
    run.authors.set(author.key, id);
    if (isNew) run.tally.add('imported', 'author', author.key, author.name, [...author.notes, ...notes]);
    else run.tally.add('present', 'author', author.key, author.name, [SAME_EMAIL]);
    return id;
  }
}

const SAME_EMAIL =
  'an account with its email address already exists; that account is used and was not changed';

const NO_EMAIL = (value: string) => note`${value} is not a valid email address and was not imported`;
const NO_IMAGE = (value: string) => note`${value} is not a valid image URL and was not imported`;
const NO_URL = (value: string) => note`${value} is not a valid URL and was not imported`;

/** Keeps what an account can contain, and notes what is left out and why. */
function usable(author: ImportedAuthor): { user: ImportedUser; notes: string[] } {
  const notes: string[] = [];
  const keep = (why: (value: string) => string, value: string | null, shape: z.ZodType<string>) => {
    const parsed = value === null ? undefined : shape.safeParse(value);
    if (value === null || parsed?.success) return parsed?.data ?? null;
    notes.push(why(value));
    return null;
  };
  const user = {
    id: author.id,
    createdAt: author.createdAt && momentText(author.createdAt),
    name: author.name,
    email: keep(NO_EMAIL, author.email, Email),
    passwordHash: author.passwordHash,
    bio: author.bio,
    avatarUrl: keep(NO_IMAGE, author.avatarUrl, WebAddress),
    website: keep(NO_URL, author.website, WebAddress),
  };
  return { user, notes };
}
