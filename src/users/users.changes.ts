import { Injectable } from '@nestjs/common';
import {
  type Change,
  changeOf,
  EventViews,
  type ResourceOfEvents,
  type Size,
} from '../platform/event-views/event-views.js';
import { type Glance, idsOf } from '../platform/event-views/glance.js';
import { inShape } from '../platform/event-views/in-shape.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { fullView, publicView } from './user.view.js';
import { USERS } from './users.access.js';
import { USER_EVENTS, type UserEventData } from './users.events.js';
import { type Account, UsersRepository } from './users.repository.js';
import { UserView } from './users.schemas.js';

const shape = inShape(UserView);
const PUBLIC = { id: true, name: true, bio: true, avatarUrl: true, website: true, createdAt: true } as const;
/** The account in an event. */
const UserOfEvent = UserView.pick({ ...PUBLIC, active: true }).meta({ id: 'UserOfEvent' });

/** How accounts are shown in the feed of changes. Posts and comments contain their names. */
@Injectable()
export class UsersChanges implements ResourceOfEvents {
  readonly type = 'user';
  readonly events = USER_EVENTS;
  readonly published = {
    types: ['user.registered', 'user.updated', 'user.disabled', 'user.enabled'],
    data: UserOfEvent,
    publicPart,
  };

  constructor(
    private readonly users: UsersRepository,
    private readonly views: EventViews,
  ) {}

  readonly seesAll = (by: Principal) => mayAll(by, USERS.manage);

  sizes(ids: Id[]): Promise<Size[]> {
    return this.users.sizes(ids);
  }

  async show(events: LoggedEvent[], by: Principal | null): Promise<(Change | undefined)[]> {
    const ids = idsOf(events);
    const isOpen = (id: Id) => by !== null && (id === by.id || this.seesAll(by));
    const named = await this.views.namedTo(
      by,
      ids.filter((id) => !isOpen(id)),
    );
    const accounts = new Map((await this.users.findAll(ids)).map((account) => [account.id, account]));
    return events.map((event) => {
      const account = accounts.get(event.resource.id as Id);
      if (!account || !(isOpen(account.id) || named.has(account.id))) return undefined;
      return changeOf(event, shape(isOpen(account.id) ? fullView(account) : shownTo(account)));
    });
  }

  async glance(events: LoggedEvent[]): Promise<Glance[]> {
    const ids = idsOf(events);
    const named = await this.views.namedTo(null, ids);
    const accounts = new Map((await this.users.findAll(ids)).map((account) => [account.id, account]));
    return events.map(({ resource: { id, version }, data }) => {
      const account = accounts.get(id as Id);
      const current = account?.version === version ? data : null;
      const toOthers = account?.active || !current ? current : shownTo(account as Account);
      return { id: id as Id, toInsiders: current, ...(named.has(id as Id) && { toOthers }) };
    });
  }
}

/** A disabled account has no profile, but posts and comments still show its name. */
function shownTo(account: Account): UserView | Pick<Account, 'id' | 'name' | 'avatarUrl' | 'active'> {
  const { id, name, avatarUrl, active } = account;
  return active ? publicView(account) : { id, name, avatarUrl, active };
}

/** The same rule for the data of an event. */
const publicPart = (data: object): object =>
  (data as UserEventData).active ? data : { ...data, bio: null, website: null };
