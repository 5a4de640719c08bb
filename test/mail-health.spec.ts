import { afterEach, describe, expect, it } from '@jest/globals';
import { startGalley } from './support/galley.js';
import { freePort } from './support/loopback.js';
import { MailServer } from './support/mail-server.js';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function details(settings: Record<string, string>) {
  const galley = await startGalley(settings);
  opened.push(() => galley.stop());
  const admin = galley.as(await galley.aUser({ role: 'admin' }));
  await galley.anyone.get('/health/ready').expect(200);
  return (await admin.get('/health/details').expect(200)).body;
}
const smtp = (port: number) => ({
  EMAIL_SMTP_HOST: '127.0.0.1',
  EMAIL_SMTP_PORT: String(port),
  EMAIL_FROM: 'news@times.example.com',
});

describe('the mail server in /health/details', () => {
  it('is up if it accepts a session', async () => {
    const server = await MailServer.start({ authOptional: true });
    opened.push(() => server.close());
    const { status, checks } = await details(smtp(server.port));
    expect([status, checks.mail]).toEqual(['ok', { status: 'up', responseTime: expect.any(Number) }]);
  });

  it('that does not respond degrades the process, which stays ready', async () => {
    const { status, checks } = await details(smtp(await freePort()));
    expect(status).toBe('degraded');
    expect(checks.mail).toMatchObject({
      status: 'down',
      message: expect.stringMatching(/does not accept a session/),
    });
  });

  it('is absent if messages are not sent', async () => {
    expect((await details({})).checks).not.toHaveProperty('mail');
    expect((await details({ EMAIL_TRANSPORT: 'none' })).checks).not.toHaveProperty('mail');
  });
});
