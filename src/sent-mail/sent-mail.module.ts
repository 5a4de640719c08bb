import { Module } from '@nestjs/common';
import { MailModule } from '../platform/mail/mail.module.js';
import { SentMailController } from './sent-mail.controller.js';

@Module({ imports: [MailModule], controllers: [SentMailController] })
export class SentMailModule {}
