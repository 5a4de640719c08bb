import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const REPLAYABLE = 'galley:replayable';

export interface ReplayableOptions {
  /** A name of `Replays`. */
  resource?: string;
}

/**
 * The write takes an Idempotency-Key. With a resource, a replay reads that again
 * as its GET shows it to the caller by then. Without one the answer is kept as it
 * was: for those that have no body, or whose every word all may read who may call
 * the route. A route without this decorator keeps nothing.
 */
export const Replayable = (resource?: string) =>
  applyDecorators(
    SetMetadata(REPLAYABLE, { resource } satisfies ReplayableOptions),
    ApiExtension('x-replayable', true),
  );
