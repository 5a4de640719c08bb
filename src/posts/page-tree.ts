import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Post } from './post.entity.js';
import { POSTS } from './posts.access.js';
import { PageCycle, PageHasChildren } from './posts.errors.js';
import { PageTreeRepository, type TreeChanges } from './page-tree.repository.js';
import type { RecordedPost, ShownPost } from './post-rows.js';
import type { PostType } from './post-fields.schemas.js';

/** The fields of a request that place a page below another one. undefined keeps the value. */
interface Placing {
  type?: PostType;
  parentId?: Id | null;
}

type Placed = Pick<Post, 'id' | 'type' | 'parentId'>;

/** Pages below pages. A page has at most one parent, and no page is above itself. */
@Injectable()
export class PageTree {
  constructor(private readonly pages: PageTreeRepository) {}

  /** Locks the parents of new pages, and returns those that the caller may use. */
  async holdParents(posts: Placed[], by: Principal): Promise<Set<Id>> {
    const ids = new Set(posts.flatMap(({ type, parentId }) => (type === 'page' && parentId ? parentId : [])));
    return ids.size > 0 ? this.holdEditable([...ids], by) : ids;
  }

  /**
   * Returns the problem of a new post that cannot be below its parent.
   * @param held the result of `holdParents`
   */
  faultOfNew({ type, parentId }: Placed, held: ReadonlySet<Id>): ValidationFailed | undefined {
    if (parentId === null) return undefined;
    if (type !== 'page') return fault('parentId', 'pages_only', ONLY_PAGES);
    return held.has(parentId) ? undefined : unknownPage();
  }

  /**
   * Locks the parent that a request names, before the page itself, because whoever deletes the parent locks both in
   * this order. Moves happen one after another, because two of them could form a circle together.
   * @returns false if the caller may not use it as a parent
   */
  async holdParent({ parentId }: Placing, by: Principal): Promise<boolean> {
    if (!parentId) return true;
    await this.pages.lockTree();
    return (await this.holdEditable([parentId], by)).has(parentId);
  }

  /** @throws ValidationFailed if the request is not valid for this post, whatever its version is */
  checkPlace(post: Placed, request: Placing, isParentHeld: boolean): void {
    const { type = post.type, parentId = post.parentId } = request;
    if (type === 'post' && parentId !== null)
      throw request.parentId
        ? fault('parentId', 'pages_only', ONLY_PAGES)
        : fault('type', 'pages_only', 'must be page while the page has a parent; set parentId to null');
    if (request.parentId === post.id) throw fault('parentId', 'own_parent', 'must not be the page itself');
    if (!isParentHeld && request.parentId !== post.parentId) throw unknownPage();
  }

  /** @throws PageCycle, PageHasChildren if the other pages do not permit the change of the locked post */
  async checkTree({ id, type }: Placed, request: Placing): Promise<void> {
    if (type === 'page' && request.type === 'post' && (await this.pages.hasPagesBelow(id)))
      throw new PageHasChildren(id);
    if (request.parentId && (await this.pages.isWithin(request.parentId, id)))
      throw new PageCycle(id, request.parentId);
  }

  /** Call this before a post that is about to be deleted is locked. */
  holdBelow(idOrSlug: string): Promise<void> {
    return this.pages.lockTreeBelow(idOrSlug);
  }

  /** Does the same before several changes in one transaction. */
  holdFor(changes: TreeChanges): Promise<void> {
    return this.pages.lockTreeFor(changes);
  }

  /** Moves the pages below a page to the top, because it is about to be deleted. */
  releaseBelow(id: Id): Promise<(ShownPost & RecordedPost)[]> {
    return this.pages.releaseBelow(id);
  }

  /** Moves new pages below others. The caller must check that they form no circle. */
  linkImported(links: { id: Id; parentId: Id }[]): Promise<Set<Id>> {
    return this.pages.linkImported(links);
  }

  private async holdEditable(ids: Id[], by: Principal): Promise<Set<Id>> {
    const pages = await this.pages.holdPages(ids);
    return new Set(ids.filter((id) => pages.has(id) && (pages.get(id) === by.id || mayAll(by, POSTS.edit))));
  }
}

const ONLY_PAGES = 'must be null for a post, because only pages can have a parent';

const fault = (path: string, code: string, message: string) =>
  new ValidationFailed([{ path, code, message }]);

const unknownPage = () => fault('parentId', 'unknown_page', 'must be the id of a page that you may edit');
