import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.js';
import { SentMail } from './log/sent-mail.js';
import { Mail } from './mail.js';
import { MAIL_METRICS } from './mail.metrics.js';
import { MAIL_TRANSPORT_PROVIDER } from './mail-transport.provider.js';

@Module({
  imports: [OutboundModule],
  providers: [...MAIL_METRICS, Mail, SentMail, MAIL_TRANSPORT_PROVIDER],
  exports: [Mail, SentMail],
})
export class MailModule {}
