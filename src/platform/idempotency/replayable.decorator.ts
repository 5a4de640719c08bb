import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const REPLAYABLE = 'galley:replayable';

export interface ReplayableOptions {
  /** The name of a resource in `Replays`. */
  resource?: string;
}

/**
 * The write accepts an Idempotency-Key. With a resource, a replay reads the resource again as its GET returns it to
 * the caller at that time. Without a resource, the response is stored unchanged; use this for responses without a
 * body, and for those whose whole content every caller of the route can read. A route without this decorator stores
 * nothing.
 */
export const Replayable = (resource?: string) =>
  applyDecorators(
    SetMetadata(REPLAYABLE, { resource } satisfies ReplayableOptions),
    ApiExtension('x-replayable', resource === undefined ? 'answer' : 'resource'),
  );
