import { Injectable } from '@nestjs/common';
import { type ConsumerLag, EventsRepository } from './events.repository.js';

/** Measures how far the consumers are behind. */
@Injectable()
export class EventLags {
  /** The result of the last measurement. */
  last: ConsumerLag[] = [];

  constructor(private readonly events: EventsRepository) {}

  async measure(): Promise<void> {
    this.last = await this.events.lags();
  }
}
