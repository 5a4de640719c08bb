import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../http/access/principal.js';
import type { RecordedAnswer } from './recorded-answer.js';

/** How a feature shows a resource of its own. */
export interface ReplayedResource<View> {
  idOf(view: View): string;
  /**
   * What the route's GET answers to this caller now.
   * @throws what that throws where there is nothing, or nothing for them
   */
  get(id: string, by: Principal): Promise<View>;
}

/**
 * Shows recorded answers. Of a resource only its name is recorded: a replay reads
 * it by the same GET as anybody, so it cannot show what the caller may not read at
 * that moment, and is the first answer byte for byte while nothing has changed.
 */
@Injectable()
export class Replays {
  private readonly resources = new Map<string, ReplayedResource<unknown>>();

  /** Called by the controller that has the GET, when it is made. */
  add<View>(resource: string, replayed: ReplayedResource<View>): void {
    this.resources.set(resource, replayed);
  }

  record(resource: string | undefined, view: unknown, reply: FastifyReply): RecordedAnswer {
    const location = reply.getHeader('location');
    return {
      status: reply.statusCode,
      headers: typeof location === 'string' ? { location } : {},
      resource: resource ?? null,
      resourceId: resource === undefined ? null : this.named(resource).idOf(view),
      body: resource !== undefined || view === undefined ? null : JSON.stringify(view),
    };
  }

  /** @throws what the GET of the resource throws */
  async show(
    { status, headers, resource, resourceId, body }: RecordedAnswer,
    by: Principal,
    reply: FastifyReply,
  ): Promise<unknown> {
    void reply.code(status).headers(headers).header('idempotency-replayed', 'true');
    if (resource !== null && resourceId !== null) return this.named(resource).get(resourceId, by);
    return body === null ? undefined : JSON.parse(body);
  }

  private named(resource: string): ReplayedResource<unknown> {
    const replayed = this.resources.get(resource);
    if (!replayed)
      throw new Error(`No module has registered how to read the resource ${resource} for a replay`);
    return replayed;
  }
}
