import { Injectable } from '@nestjs/common';
import { SessionsService } from '../auth/sessions.service.js';
import { rightsOf } from '../platform/event-views/event-scope.js';
import { EventViews } from '../platform/event-views/event-views.js';
import type { EventStream } from './event-stream.js';

/** Ends the streams of sessions that have ended, and applies changes of roles. */
@Injectable()
export class StreamSessions {
  constructor(
    private readonly sessions: SessionsService,
    private readonly views: EventViews,
  ) {}

  /** Reads all sessions of the streams in one statement. */
  async check(streams: EventStream[]): Promise<void> {
    if (streams.length === 0) return;
    const ids = [...new Set(streams.map(({ sessionId }) => sessionId))];
    const principals = await this.sessions.findPrincipals(ids);
    for (const stream of streams) {
      const by = principals.get(stream.sessionId);
      if (by) stream.see({ ...stream.scope, ...rightsOf(this.views, by) });
      else stream.finish('session', 'The session has ended.', 0);
    }
  }
}
