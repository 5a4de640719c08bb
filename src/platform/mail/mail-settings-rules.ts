import { type ConfigFault, faultsWhere } from '../config/config.errors.js';
import {
  isLoopback,
  type MailChoice,
  smtpTlsOf,
  type TransportName,
  transportOf,
} from './transport-choice.js';

/** The settings of which each transport requires all. */
const REQUIRED: Partial<Record<TransportName, readonly (keyof MailChoice)[]>> = {
  smtp: ['EMAIL_FROM', 'EMAIL_SMTP_HOST'],
  sendgrid: ['EMAIL_FROM', 'EMAIL_API_KEY'],
  mailgun: ['EMAIL_FROM', 'EMAIL_API_KEY', 'EMAIL_SERVICE_URL'],
  ses: ['EMAIL_FROM', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
};

/** The settings that only some transports read. */
const ONLY_FOR: [name: keyof MailChoice, transports: readonly TransportName[]][] = [
  ['EMAIL_SMTP_HOST', ['smtp']],
  ['EMAIL_SMTP_USER', ['smtp']],
  ['EMAIL_API_KEY', ['sendgrid', 'mailgun']],
  ['EMAIL_SERVICE_URL', ['sendgrid', 'mailgun', 'ses']],
];

export function mailFaults(choice: MailChoice, production: boolean): ConfigFault[] {
  const transport = transportOf(choice, production);
  const { EMAIL_TRANSPORT, EMAIL_SERVICE_URL: api, EMAIL_SMTP_HOST: host } = choice;
  const { EMAIL_SMTP_USER: user, EMAIL_SMTP_PASS: password } = choice;
  return [
    ...(REQUIRED[transport] ?? [])
      .filter((name) => !choice[name])
      .map((variable) => ({ variable, message: `is required with EMAIL_TRANSPORT=${transport}` })),
    ...faultsWhere([
      [
        EMAIL_TRANSPORT === undefined && transport !== 'smtp' && !!choice.EMAIL_API_KEY,
        'EMAIL_TRANSPORT',
        'must name the provider of EMAIL_API_KEY: sendgrid or mailgun',
      ],
      [!!user && !password, 'EMAIL_SMTP_PASS', 'is required with EMAIL_SMTP_USER'],
      [!user && !!password, 'EMAIL_SMTP_USER', 'is required with EMAIL_SMTP_PASS'],
      [
        transport === 'smtp' && !!host && smtpTlsOf(choice) === 'off' && !isLoopback(host),
        'EMAIL_SMTP_TLS',
        'must be starttls or implicit, because the SMTP server is not on this machine',
      ],
      [
        !!api && new URL(api).protocol === 'http:' && !isLoopback(new URL(api).hostname),
        'EMAIL_SERVICE_URL',
        'must begin with https://, because requests contain the API key',
      ],
      [
        transport === 'mailgun' && !!api && !/\/v3\/[^/]+\/?$/.test(new URL(api).pathname),
        'EMAIL_SERVICE_URL',
        'must end with /v3/ and the domain, such as https://api.mailgun.net/v3/mg.example.com',
      ],
    ]),
  ];
}

export function mailWarnings(
  values: MailChoice & { EMAIL_TRANSPORT: TransportName; mailIsUnset: boolean },
  production: boolean,
): string[] {
  const { EMAIL_TRANSPORT: transport, mailIsUnset } = values;
  return [
    ...(production && mailIsUnset
      ? [
          'EMAIL_TRANSPORT is not set: Galley sends no mail. Set it to smtp, sendgrid, mailgun or ses, or to none if this is intended',
        ]
      : []),
    ...(production && transport === 'log'
      ? ['EMAIL_TRANSPORT=log: Galley logs that there was a message, and sends none']
      : []),
    ...ONLY_FOR.filter(([name, transports]) => values[name] && !transports.includes(transport)).map(
      ([name]) => `${name} is set and has no effect with EMAIL_TRANSPORT=${transport}`,
    ),
  ];
}
