import type { FactoryProvider } from '@nestjs/common';
import { type ProcessSettings, processSettings } from '../config/process.settings.js';
import { Logger } from '../logging/logger.js';
import { ServiceClient } from '../outbound/service-client.js';
import { HttpTransport } from './http/http-transport.js';
import type { MailProvider } from './http/mail-provider.js';
import { Mailgun } from './http/mailgun.js';
import { postThrough } from './http/post-through-client.js';
import { SendGrid } from './http/sendgrid.js';
import { Ses } from './http/ses.js';
import { LogTransport } from './log/log-transport.js';
import { SentMail } from './log/sent-mail.js';
import { type MailSettings, mailSettings } from './mail.settings.js';
import { MAIL_TRANSPORT, type MailTransport } from './mail-transport.js';
import { NoTransport } from './no-transport.js';
import { smtpOptions } from './smtp/smtp-options.js';
import { SmtpTransport } from './smtp/smtp-transport.js';

/** The transport of EMAIL_TRANSPORT. The settings have checked that what it requires is there. */
export const MAIL_TRANSPORT_PROVIDER: FactoryProvider<MailTransport> = {
  provide: MAIL_TRANSPORT,
  inject: [mailSettings.KEY, processSettings.KEY, Logger, SentMail, ServiceClient],
  useFactory: (
    config: MailSettings,
    { production }: ProcessSettings,
    logger: Logger,
    sent: SentMail,
    client: ServiceClient,
  ): MailTransport => {
    switch (config.EMAIL_TRANSPORT) {
      case 'smtp':
        return new SmtpTransport(smtpOptions(config));
      case 'log':
        return new LogTransport(logger, production ? undefined : sent);
      case 'none':
        return new NoTransport();
      case 'sendgrid':
      case 'mailgun':
      case 'ses':
        return new HttpTransport(providerOf(config.EMAIL_TRANSPORT, config), postThrough(client));
    }
  },
};

function providerOf(name: 'sendgrid' | 'mailgun' | 'ses', config: MailSettings): MailProvider {
  const { EMAIL_API_KEY, EMAIL_SERVICE_URL } = config;
  switch (name) {
    case 'sendgrid':
      return new SendGrid(given(EMAIL_API_KEY), EMAIL_SERVICE_URL);
    case 'mailgun':
      return new Mailgun(given(EMAIL_API_KEY), given(EMAIL_SERVICE_URL));
    case 'ses':
      return new Ses(accountOf(config), EMAIL_SERVICE_URL);
  }
}

const accountOf = (config: MailSettings) => ({
  region: given(config.AWS_REGION),
  accessKeyId: given(config.AWS_ACCESS_KEY_ID),
  secretAccessKey: given(config.AWS_SECRET_ACCESS_KEY),
  sessionToken: config.AWS_SESSION_TOKEN,
});

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('A setting of the mail transport is missing: see mailFaults');
  return value;
}
