import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../errors/problem.js';
import type { Principal } from '../http/access/principal.js';
import type { RecordedAnswer } from './recorded-answer.js';

/** Describes how a feature returns one of its resources. */
export interface ReplayedResource<View> {
  idOf(view: View): string;
  /**
   * Returns the current response of the route's GET for this caller.
   * @param request the request that is replayed
   * @throws the errors of that GET if the resource does not exist or the caller cannot see it
   */
  get(id: string, by: Principal, request: FastifyRequest): Promise<View>;
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
    const replayed = () => void reply.header('idempotency-replayed', 'true');
    try {
      const view: unknown =
        resource === null
          ? stored(body)
          : await this.named(resource).get(resourceId ?? '', by, reply.request);
      replayed();
      void reply.code(status).headers(headers);
      return view;
    } catch (error) {
      // The work was done, but the caller cannot read the resource any more. Any other error can be retried.
      if (error instanceof NotFound) replayed();
      throw error;
    }
  }

  private named(resource: string): ReplayedResource<unknown> {
    const replayed = this.resources.get(resource);
    if (!replayed)
      throw new Error(`No module has registered how to read the resource ${resource} for a replay`);
    return replayed;
  }
}

const stored = (body: string | null): unknown => (body === null ? undefined : JSON.parse(body));
