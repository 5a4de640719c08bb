import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { InvalidCursor } from '../errors/request-problems.js';
import type { LogWindow } from '../events/event.js';
import { HiddenText } from '../lists/hidden-text.js';
import type { Id } from '../schemas/schemas.js';
import { type SecretsSettings, secretsSettings } from '../secrets/secrets.settings.js';

const VERSION = 1;
const MARK_CHARACTERS = 12;
/** The JSON of a payload: a position below 2^53, a mark, and what is between them. */
const MOST_CHARACTERS = 40;
const Payload = z.tuple([z.literal(VERSION), z.int().min(0), z.string().nullable()]);

/** A place of the log as a cursor names it. */
export interface Place {
  position: number;
  mark: string | null;
}

/** Returns the place with the random end of the id of its event, which another event at this position does not have. */
export const placeAt = (position: number, id: Id | null): Place => ({
  position,
  mark: id && id.slice(-MARK_CHARACTERS),
});

/**
 * Returns a sentence if the log cannot continue at the place. The log of a restored database gives the positions of lost
 * events to others. A client that has seen the lost ones would miss the others, so the event at its place must be the same.
 */
export function whyGone(
  start: Place,
  { head, floor, startId }: Pick<LogWindow, 'head' | 'floor' | 'startId'>,
): string | undefined {
  if (start.position < floor)
    return 'Changes after this cursor were deleted because of their age (CHANGES_RETENTION_DAYS).';
  const isOther = startId !== null && placeAt(start.position, startId).mark !== start.mark;
  return start.position > head || isOther
    ? 'The database was restored from a backup after this cursor was issued.'
    : undefined;
}

/**
 * The cursors of the feed and of the stream: a place of the log of events. They fit every caller and all types. The log also
 * contains what a caller cannot see, so that its cursors must not show how much that is.
 */
@Injectable()
export class EventCursors {
  private readonly texts: HiddenText;

  constructor(@Inject(secretsSettings.KEY) { JWT_SECRET }: SecretsSettings) {
    this.texts = new HiddenText(JWT_SECRET, 'galley/changes-cursor/v1', MOST_CHARACTERS);
  }

  at({ position, mark }: Place): string {
    return this.texts.hide([VERSION, position, mark]);
  }

  /**
   * @param name what the request calls it
   * @throws InvalidCursor
   */
  placeOf(cursor: string, name = 'a cursor'): Place {
    const { data } = Payload.safeParse(this.texts.open(cursor));
    if (!data)
      throw new InvalidCursor(
        `The cursor is damaged, or comes from another list or deployment. Start again without ${name}.`,
      );
    const [, position, mark] = data;
    return { position, mark };
  }
}
