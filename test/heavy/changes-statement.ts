import { ChangesService } from '#dist/changes/changes.service.js';
import { COMMENT_EVENTS } from '#dist/comments/comments.events.js';
import { EventViews } from '#dist/platform/event-views/event-views.js';
import { EventsRepository } from '#dist/platform/events/events.repository.js';
import { POST_EVENTS } from '#dist/posts/posts.events.js';
import { TAG_EVENTS } from '#dist/tags/tags.events.js';
import type { Principal } from '../../src/platform/http/access/principal.js';
import { type Statement, statementOf } from './list-statement.ts';

/** Returns the statement that reads a part of the log for `GET /changes`. */
export function changesStatement(position: number, types: string[], by: Principal | null): Statement {
  return statementOf((database) => {
    const views = new EventViews();
    const resources = { post: POST_EVENTS, comment: COMMENT_EVENTS, tag: TAG_EVENTS };
    const nothing = () => Promise.resolve([]);
    for (const [type, events] of Object.entries(resources))
      views.add({ type, events, seesAll: ({ role }) => role === 'admin', show: nothing, glance: nothing });
    const cursors = { placeOf: () => ({ position, mark: null }) };
    const parts = [new EventsRepository(database), views, cursors, {}];
    const service = new ChangesService(...(parts as unknown as ConstructorParameters<typeof ChangesService>));
    const asking = { by, caller: '', signal: new AbortController().signal };
    // The statement is enough: there are no rows.
    return service.follow({ cursor: '', types, limit: 100, wait: 0 }, asking).catch(() => undefined);
  });
}
