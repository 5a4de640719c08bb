import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../http/access/principal.js';
import type { RecordedAnswer } from './recorded-answer.js';

/** Describes how a feature returns one of its resources. */
export interface ReplayedResource<View> {
  idOf(view: View): string;
  /**
   * Returns the current response of the route's GET for this caller.
   * @throws the errors of that GET if the resource does not exist or the caller cannot see it
   */
  get(id: string, by: Principal): Promise<View>;
}

/**
 * Replays recorded responses. A record contains only the id of a resource, and a replay reads it with the same GET.
 * It therefore never returns what the caller cannot read at that time, and it equals the first response byte for
 * byte if nothing has changed.
 */
@Injectable()
export class Replays {
  private readonly resources = new Map<string, ReplayedResource<unknown>>();

  /** The controller of the GET calls this in its constructor. */
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

  /** @throws the errors of the GET of the resource */
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
