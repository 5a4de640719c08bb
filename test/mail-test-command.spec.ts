import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bareCommand } from './support/command.js';
import { MailServer } from './support/mail-server.js';

let server: MailServer;
beforeAll(async () => {
  server = await MailServer.start({ authOptional: true });
});
afterAll(() => server.close());

const mailTest = (settings: Record<string, string>, address = 'ada@example.com') =>
  bareCommand(['mail:test', address], {
    NODE_ENV: 'test',
    EMAIL_FROM: 'Times <news@times.example.com>',
    EMAIL_SMTP_HOST: '127.0.0.1',
    EMAIL_SMTP_PORT: String(server.port),
    ...settings,
  });

describe('galley mail:test', () => {
  it('sends a message and prints the response, without a database', async () => {
    const { code, output } = await mailTest({});
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^smtp accepted the message: 250 .*queued as 42/),
    ]);
    expect(server.delivered.map(({ to, mail }) => [to, mail.subject])).toEqual([
      [['ada@example.com'], 'Galley can send mail'],
    ]);
  });

  it('prints why the server does not accept it', async () => {
    server.behaviour.rcpt = () => ({ code: 550, text: '5.1.1 No such user' });
    const { code, errors } = await mailTest({});
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^The message was rejected: 550 5.1.1 No such user/),
    ]);
  });

  it('says that a deployment sends no mail', async () => {
    const { code, errors } = await mailTest({ EMAIL_TRANSPORT: 'none' });
    expect([code, errors]).toEqual([1, expect.stringMatching(/Set EMAIL_TRANSPORT first/)]);
  });
});
