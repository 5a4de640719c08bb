import { Injectable } from '@nestjs/common';
import { EventsRepository } from './events.repository.js';

/** Measures how far the consumers are behind. */
@Injectable()
export class EventLags {
  /** The result of the last measurement. */
  last: { consumer: string; lag: number }[] = [];

  constructor(private readonly events: EventsRepository) {}

  async measure(): Promise<void> {
    this.last = await this.events.lags();
  }
}
