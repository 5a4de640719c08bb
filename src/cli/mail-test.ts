import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../platform/config/config.module.js';
import { readEnvironment } from '../platform/config/read-environment.js';
import { LifecycleModule } from '../platform/lifecycle/lifecycle.module.js';
import { LoggingModule } from '../platform/logging/logging.module.js';
import { Mail } from '../platform/mail/mail.js';
import { MailMessage } from '../platform/mail/mail-message.js';
import { MailModule } from '../platform/mail/mail.module.js';
import { MetricsRegistryModule } from '../platform/metrics/metrics.module.js';
import { type AppConfig, loadConfig, SETTINGS } from '../settings.js';
import { CommandError } from './command-error.js';

@Module({})
class MailOnly {}

/** Sends one message without a database, so that an operator sees the response of the mail server. */
export async function mailTest(address: string): Promise<void> {
  const config = loadConfig(readEnvironment());
  if (config.EMAIL_TRANSPORT === 'none')
    throw new CommandError('EMAIL_TRANSPORT=none: this deployment sends no mail. Set EMAIL_TRANSPORT first.');
  const outcome = await withMail(config.with({ LOG_LEVEL: 'fatal' }), (mail) => mail.send(message(address)));
  if (outcome.kind !== 'accepted')
    throw new CommandError(
      `${outcome.kind === 'rejected' ? 'The message was rejected' : 'The message was not sent'}: ${outcome.reason}`,
    );
  console.log(
    config.EMAIL_TRANSPORT === 'log'
      ? 'EMAIL_TRANSPORT=log: the message is valid, and it was not sent. To send it, set EMAIL_TRANSPORT to smtp, sendgrid, mailgun or ses.'
      : `${config.EMAIL_TRANSPORT} accepted the message${outcome.providerId ? `: ${outcome.providerId}` : ''}`,
  );
}

async function withMail<T>(config: AppConfig, work: (mail: Mail) => Promise<T>): Promise<T> {
  const imports = [
    ConfigModule.with(SETTINGS, config),
    LifecycleModule.with('command'),
    LoggingModule,
    MetricsRegistryModule,
    MailModule,
  ];
  const app = await NestFactory.createApplicationContext(
    { module: MailOnly, imports },
    { logger: ['error', 'fatal'], abortOnError: false },
  );
  return work(app.get(Mail)).finally(() => app.close());
}

const message = (address: string): MailMessage =>
  MailMessage.parse({
    id: `test-${randomUUID()}`,
    kind: 'test',
    to: { address },
    subject: 'Galley can send mail',
    preheader: 'The settings of this deployment work.',
    blocks: [
      { kind: 'heading', text: 'Galley can send mail' },
      {
        kind: 'text',
        text: 'You receive this message because an operator ran `galley mail:test`. The settings of the deployment work.',
      },
    ],
  });
