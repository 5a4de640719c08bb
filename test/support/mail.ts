import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import { LifecycleModule } from '../../src/platform/lifecycle/lifecycle.module.js';
import { LoggingModule } from '../../src/platform/logging/logging.module.js';
import { Mail } from '../../src/platform/mail/mail.js';
import { MailMessage, type NewMail } from '../../src/platform/mail/mail-message.js';
import { MailModule } from '../../src/platform/mail/mail.module.js';
import { Metrics } from '../../src/platform/metrics/registry.js';
import { MetricsRegistryModule } from '../../src/platform/metrics/metrics.module.js';
import { loadConfig, SETTINGS } from '../../src/settings.js';
import { STORY_SETTINGS } from './galley.js';

@Module({})
class MailOnly {}

export interface OpenMail {
  mail: Mail;
  /** The value of a series of /metrics, such as `mail_messages_total{…}`. */
  metrics: () => Promise<string>;
  close(): Promise<void>;
}

/** The real mail room without a database. */
export async function openMail(settings: Record<string, string>): Promise<OpenMail> {
  const dataDir = mkdtempSync(join(tmpdir(), 'galley-mail-'));
  const config = loadConfig({ ...STORY_SETTINGS, LOG_LEVEL: 'fatal', GALLEY_DATA_DIR: dataDir, ...settings });
  const imports = [
    ConfigModule.with(SETTINGS, config),
    LifecycleModule.with('worker'),
    LoggingModule,
    MetricsRegistryModule,
    MailModule,
  ];
  const app = await NestFactory.createApplicationContext(
    { module: MailOnly, imports },
    { logger: false, abortOnError: false },
  );
  return {
    mail: app.get(Mail),
    metrics: () => app.get(Metrics).registry.metrics(),
    close: async () => {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

let count = 0;

/** A message in which the test sets what matters to it. */
export const aMessage = (given: Partial<NewMail> = {}): MailMessage =>
  MailMessage.parse({
    id: `message-${++count}`,
    kind: 'test',
    to: { address: 'ada@example.com', name: 'Ada Lovelace' },
    subject: 'A reply to your comment',
    blocks: [{ kind: 'text', text: 'Grace replied to your comment.' }],
    ...given,
  });
