import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { BodyContext, BodyFile } from '../platform/content/body-context.js';
import type { Id } from '../platform/schemas/schemas.js';
import {
  type BodyNeeds,
  type ImportedChanges,
  type PostPlace,
  PostsService,
} from '../posts/posts.service.js';
import { keysOfLink } from './addresses.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import type { ImportedPost } from './import.model.js';
import type { ImportRun } from './import-run.js';
import { ImportStagesRepository, type Reference } from './import-stages.repository.js';
import type { Thread } from './thread.js';
import { inSlices } from './in-slices.js';
import { linksOfPost, notesOfLinks, type PostLinks } from './post-links.js';

/** The characters of bodies and HTML that are in memory at a time. A single post can have more. */
const MOST_TEXT = 2_000_000;
/** The keys of a link. */
const LINK_SIZE = 400;

/**
 * Completes the HTML of new posts whose bodies refer to other items of the export, when the whole file is read: links to
 * other posts, and the files of galleries. Until then, the references are in a table, so that an export can have any
 * number of them.
 */
@Injectable()
export class ReferencesWriter {
  constructor(
    private readonly posts: PostsService,
    private readonly keys: ImportKeysRepository,
    private readonly stages: ImportStagesRepository,
  ) {}

  /**
   * Remembers the new posts of a batch that refer to other items.
   * @returns the posts whose notes follow when the whole file is read
   */
  async add(fresh: Thread[], { needs, notes }: Pick<ImportedChanges, 'needs' | 'notes'>, run: ImportRun) {
    const references: Reference[] = [];
    for (const { id, post } of fresh) {
      if (post.id) continue; // The other Galley has shown the same.
      const reference = asReference(id, post, needs.get(id), notes.get(id));
      if (isReference(reference)) references.push(reference);
      await otherWork();
    }
    if (references.length > 0) await this.stages.addReferences(references, run.references);
    run.references += references.length;
    return new Set(references.filter(needsFiles).map(({ id }) => id));
  }

  async write(run: ImportRun): Promise<void> {
    if (run.references === 0) return;
    for await (const references of this.stages.references()) {
      for (const some of bySize(references)) {
        run.signal?.throwIfAborted();
        await this.complete(some, run);
      }
    }
  }

  private async complete(references: Reference[], run: ImportRun): Promise<void> {
    const targets = await this.targetsOf(references);
    const contexts = [];
    const deferred = new Map<Id, Reference>();
    for (const reference of references) {
      const links = linksOfPost(reference, targets, run.templates);
      run.tally.links.rewritten += links.rewritten.size;
      run.tally.links.kept += links.kept.length;
      run.tally.note('imported', reference.kind, reference.key, reference.title, notesOfLinks(links));
      const files = await this.filesOf(reference);
      if (needsFiles(reference)) deferred.set(reference.id, reference);
      const added = { ...rewritten(links), ...files };
      if (Object.keys(added).length > 0) contexts.push({ id: reference.id, added });
      await otherWork();
    }
    const notes = await this.posts.completeImported(contexts, run.rendering);
    for (const [id, { kind, key, title, notes: before }] of deferred)
      run.tally.note('imported', kind, key, title, notes.get(id) ?? before);
  }

  /** Returns the posts to which the links lead, by the keys of their addresses. */
  private async targetsOf(references: Reference[]): Promise<Map<string, PostPlace>> {
    const keys = new Set<string>();
    for (const { links, from } of references) {
      for (const link of links) for (const key of (from && keysOfLink(link, from)) ?? []) keys.add(key);
      await otherWork();
    }
    const known = await this.keys.find([...keys]);
    const places = new Map<Id, PostPlace>();
    for (const ids of inSlices([...new Set([...known.values()].map(({ id }) => id))])) {
      for (const place of await this.posts.findPlaces(ids)) places.set(place.id, place);
    }
    return new Map(
      [...known].flatMap(([key, { id }]) => {
        const place = places.get(id);
        return place ? [[key, place]] : [];
      }),
    );
  }

  /** Returns the files that the body names and the export contains. */
  private async filesOf({ files, from }: Reference): Promise<Pick<BodyContext, 'files' | 'filesOf'>> {
    if (files.files.length + files.posts.length === 0) return {};
    const lists: Record<string, string[]> = {};
    for (const post of new Set(files.posts))
      lists[post] = await this.stages.findFilesOf(post || from?.number || '-');
    const numbers = new Set([...files.files, ...Object.values(lists).flat()]);
    const found: Map<string, BodyFile> = await this.stages.findFiles([...numbers]);
    return found.size === 0 ? {} : { files: Object.fromEntries(found), filesOf: lists };
  }
}

function asReference(
  id: Id,
  { type, key, title, addresses }: ImportedPost,
  { links, files, size }: BodyNeeds = { links: [], files: { files: [], posts: [] }, size: 0 },
  notes: string[] = [],
): Reference {
  const own = addresses ? ofTheSite(links, addresses) : { links: [], unexamined: 0 };
  return { id, kind: type, key, title, size, ...own, from: addresses, files, notes };
}

/** The links of one post that are examined. */
const MOST_LINKS = 2000;
const MOST_LINK_TEXT = 200_000;

function ofTheSite(
  links: string[],
  from: NonNullable<ImportedPost['addresses']>,
): Pick<Reference, 'links' | 'unexamined'> {
  const own: string[] = [];
  let examined = 0;
  let length = 0;
  for (const link of links.slice(0, MOST_LINKS)) {
    if (length > MOST_LINK_TEXT) break;
    examined += 1;
    if (!keysOfLink(link, from)) continue;
    own.push(link);
    length += link.length;
  }
  return { links: own, unexamined: links.length - examined };
}

const needsFiles = ({ files }: Reference) => files.files.length + files.posts.length > 0;

const isReference = (reference: Reference) =>
  reference.links.length + reference.unexamined > 0 || needsFiles(reference);

const rewritten = (links: PostLinks): Pick<BodyContext, 'links'> =>
  links.rewritten.size > 0 ? { links: Object.fromEntries(links.rewritten) } : {};

function* bySize(references: Reference[]): Generator<Reference[], void, void> {
  let some: Reference[] = [];
  let size = 0;
  for (const reference of references) {
    const own = reference.size + reference.links.length * LINK_SIZE;
    if (some.length > 0 && size + own > MOST_TEXT) {
      yield some;
      some = [];
      size = 0;
    }
    some.push(reference);
    size += own;
  }
  if (some.length > 0) yield some;
}
