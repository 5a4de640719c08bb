import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../platform/audit/audit-log.js';
import { checkPart, type Precondition } from '../../platform/http/answers/conditions.js';
import type { Principal } from '../../platform/http/access/principal.js';
import type { Id } from '../../platform/schemas/schemas.js';
import { EditablePosts } from '../editable-posts.js';
import { OldSlugs } from '../old-slugs.js';
import { PageTree } from '../page-tree.js';
import type { Action } from '../post-actions.js';
import { PostRecords } from '../post-records.js';
import type { LockedPost } from '../post-rows.js';
import type { PostView } from '../post-view.schemas.js';
import { PostWritesRepository } from '../post-writes.repository.js';
import { postActed, postUpdated } from '../posts.audit.js';
import { SlugTaken } from '../posts.errors.js';
import { TagsOfPosts } from '../tags-of-posts.js';
import { PendingEdits, type Publication } from './pending-edits.js';
import { foundOf, PostHistories } from './post-histories.js';
import { PendingRevisionOutdated } from './revisions.errors.js';
import { RevisionsRepository } from './revisions.repository.js';

/** The actions that make a private edit a part of the post: publishing and scheduling. */
@Injectable()
export class Publications {
  constructor(
    private readonly writes: PostWritesRepository,
    private readonly editable: EditablePosts,
    private readonly oldSlugs: OldSlugs,
    private readonly pages: PageTree,
    private readonly pending: PendingEdits,
    private readonly revisions: RevisionsRepository,
    private readonly histories: PostHistories,
    private readonly tags: TagsOfPosts,
    private readonly records: PostRecords,
    private readonly audit: AuditLog,
  ) {}

  /** @throws PostNotFound, NotAllowed, PreconditionFailed, PendingRevisionOutdated, SlugTaken, and the problem of the action */
  async perform(action: Action, id: Id, by: Principal, expected: Precondition): Promise<PostView> {
    for (;;) {
      const parentId = await this.parentOf(id, by);
      const acted = await this.writes
        .transaction(() => this.act(action, id, parentId, by, expected))
        .catch(
          SlugTaken.instead(
            'Give the private edit another slug with `PATCH` and `draft=true`, or discard it.',
          ),
        );
      if (acted) return acted;
    }
  }

  /** @returns undefined if the private edit has another parent by now, which is not locked */
  private async act(
    action: Action,
    id: Id,
    parentId: Id | null | undefined,
    by: Principal,
    expected: Precondition,
  ): Promise<PostView | undefined> {
    const isParentHeld = await this.pages.holdParent({ parentId }, by);
    const post = await this.editable.lock(id, by);
    const related = await this.revisions.relatedRowsOf(post.id);
    const edit = await this.pending.publication(post, related);
    if (edit?.fields.includes('parentId')) {
      if (edit.after.parentId !== parentId) return undefined;
      this.pages.checkPlace(post, edit.after, isParentHeld);
    }
    checkPart(post.version, related.pending?.number ?? null, expected);
    if (edit) await this.check(post, edit);
    if (await this.isDone(action, post, edit)) {
      if (edit) await this.pending.end(edit.pending);
      return this.records.unchanged(post.id);
    }
    const publication = edit?.isDone ? undefined : edit;
    const isUpdate =
      publication !== undefined && post.status === 'published' && action.event === 'post.published';
    if (isUpdate) await this.writes.update(post.id, publication.changes);
    else if (!(await this.writes.move(post.id, action.from, action.changes, publication?.changes)))
      throw action.otherwise(post.id, post.status);
    const slug = publication?.changes.slug;
    if (slug !== undefined && slug !== post.slug) await this.oldSlugs.replaced(post, slug);
    if (publication?.tags !== undefined) await this.tags.set(post.id, publication.tags);
    if (action.event === 'post.published') await this.tags.hold([post.id]);
    await this.records.changed(post, slug);
    const acted = await this.records.recorded(isUpdate ? 'post.updated' : action.event, post, by);
    if (publication) await this.recordEdit(post, related.tags, publication, acted, by);
    else if (edit) await this.pending.end(edit.pending);
    await this.audit.record(
      isUpdate
        ? postUpdated(post, acted, publication.fields)
        : postActed(action.audit, post, acted, publication?.fields),
    );
    return { ...acted, pendingRevision: null };
  }

  /** Tells whether the post is already what the action would make of it. Publishing a post without a private edit has its 409. */
  private async isDone(action: Action, post: LockedPost, edit: Publication | undefined): Promise<boolean> {
    if (edit && !edit.isDone) return false;
    if (action.at !== undefined) return this.writes.isScheduledAt(post.id, action.at);
    return edit !== undefined && post.status === 'published';
  }

  /** The parent of a page is locked before the page. */
  private async parentOf(id: Id, by: Principal): Promise<Id | null | undefined> {
    const related = await this.revisions.relatedRowsOf(id);
    if (!related.pending?.fields.includes('parentId')) return undefined;
    return (await this.pending.contentOf(await this.editable.look(id, by), related)).parentId;
  }

  /** @throws PendingRevisionOutdated, PageCycle, PageHasChildren if others have changed what the private edit changes */
  private async check(post: LockedPost, { overtaken, after }: Publication): Promise<void> {
    if (overtaken.length > 0) throw new PendingRevisionOutdated(post.id, overtaken);
    await this.pages.checkTree(post, after);
  }

  /** The private edit becomes the current revision, unless the post has changed in other fields since. */
  private async recordEdit(
    post: LockedPost,
    present: string[],
    { pending, history, after, tags }: Publication,
    acted: PostView,
    by: Principal,
  ): Promise<void> {
    const found = foundOf(post, present);
    const names = tags ? (acted.tags ?? []).map(({ name }) => name) : present;
    const content = { ...after, tags: names };
    const isNewest = pending.number === history.newest;
    if (!isNewest || !(await this.histories.promote(found, history, content, acted.version))) {
      const { note } = await this.revisions.noteOf(post.id, pending.number);
      const made = { authorId: by.id, note, restoredFrom: null, version: acted.version };
      await this.histories.record(found, history, content, made);
    }
    await this.revisions.dropPending(post.id);
  }
}
