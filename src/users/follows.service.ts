import { Injectable } from '@nestjs/common';
import { Events } from '../platform/events/events.js';
import type { Principal } from '../platform/http/access/principal.js';
import { Cursors } from '../platform/lists/cursors.js';
import { Tails } from '../platform/lists/tails.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { SelfFollow } from './follows.errors.js';
import { followEvent } from './follows.events.js';
import { type FollowFacts, FollowsRepository, type Side, SORT_KEYS } from './follows.repository.js';
import type { FollowView, ListFollowsQuery } from './follows.schemas.js';
import { UsersService } from './users.service.js';

@Injectable()
export class FollowsService {
  constructor(
    private readonly follows: FollowsRepository,
    private readonly users: UsersService,
    private readonly events: Events,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
  ) {}

  /**
   * Does nothing if the account is followed already.
   * @throws UserNotFound, SelfFollow
   */
  follow(id: Id, by: Principal): Promise<void> {
    return this.follows.transaction(async () => {
      if (id === by.id) throw new SelfFollow();
      const followed = await this.users.getVisible(id, by);
      if (!(await this.follows.insert(id, by.id))) return;
      await this.events.record(followEvent(followed, await this.users.get(by.id)));
    });
  }

  /**
   * Does nothing if the account is not followed. A disabled account can be unfollowed.
   * @throws UserNotFound
   */
  unfollow(id: Id, by: Principal): Promise<void> {
    return this.follows.transaction(async () => {
      if (!(await this.follows.delete(id, by.id))) await this.users.getVisible(id, by);
    });
  }

  /** @throws UserNotFound */
  async list(id: Id, side: Side, query: ListFollowsQuery, by: Principal | null): Promise<Page<FollowView>> {
    await this.users.getVisible(id, by);
    const scope = `${side}:${id}`;
    const start = this.cursors.start(scope, query);
    const asked = { query, key: SORT_KEYS[query.sort.key], start };
    const { rows, last } = await this.tails.rows(asked, (before) =>
      this.follows.list(id, side, query, start, before),
    );
    return this.cursors.page(scope, query, rows, last);
  }

  async facts(id: Id, by: Principal | null): Promise<FollowFacts> {
    const counts = await this.follows.counts(id);
    return by === null || by.id === id
      ? counts
      : { ...counts, followed: await this.follows.exists(id, by.id) };
  }
}
