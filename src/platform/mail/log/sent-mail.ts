import { Injectable } from '@nestjs/common';
import type { ComposedMail } from '../composed-mail.js';

const MOST_MESSAGES = 100;

/** The last messages of this process, newest first, for the page of development. Empty in production. */
@Injectable()
export class SentMail {
  private readonly messages: ComposedMail[] = [];

  add(mail: ComposedMail): void {
    this.messages.unshift(mail);
    this.messages.length = Math.min(this.messages.length, MOST_MESSAGES);
  }

  all(): readonly ComposedMail[] {
    return this.messages;
  }

  byId(id: string): ComposedMail | undefined {
    return this.messages.find((mail) => mail.id === id);
  }
}
