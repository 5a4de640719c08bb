import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from './support/command.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

const PASSWORD = 'correct horse battery staple';

/**
 * Runs the command on a separate terminal (`script` is part of every Debian). Each answer is entered after its
 * question has appeared.
 */
async function onTerminal(email: string, answers: string[]) {
  const run = `${process.execPath} dist/cli.js user:create --email ${email} --role admin`;
  const child = spawn('script', ['--quiet', '--return', '--command', run, '/dev/null'], {
    env: {
      PATH: process.env.PATH,
      TERM: 'xterm',
      NODE_ENV: 'test',
      DATABASE_URL: galley.database.url,
      JWT_SECRET: 'stories-are-signed-with-this-0123456789',
      JWT_REFRESH_SECRET: 'stories-are-refreshed-with-9876543210',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let typed = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const asked = /Repeat the password/.test(screen) ? 2 : /Password/.test(screen) ? 1 : 0;
    if (typed < asked && typed < answers.length) child.stdin.write(`${answers[typed++]}\r`);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, screen };
}
const accounts = (email: string) => galley.database.query('SELECT role FROM users WHERE email = $1', [email]);

describe('galley user:create', () => {
  it('asks for the password twice on a terminal and shows nothing of it', async () => {
    const { code, screen } = await onTerminal('ada@example.com', [PASSWORD, PASSWORD]);
    expect(screen).toContain('Created the admin ada@example.com');
    expect(code).toBe(0);
    expect(screen).not.toContain('horse');
    await galley.anyone
      .post('/api/v1/auth/login', { email: 'ada@example.com', password: PASSWORD })
      .expect(200);
  });

  it('creates nothing when the two differ, or on Ctrl-C', async () => {
    const differing = await onTerminal('differ@example.com', [PASSWORD, 'correct horse battery stable']);
    expect(differing.code).toBe(1);
    expect(differing.screen).toContain('The two passwords are different');
    const stopped = await onTerminal('stop@example.com', ['\u0003']);
    expect(stopped.code).toBe(1);
    expect(stopped.screen).toContain('No account was created');
    for (const email of ['differ@example.com', 'stop@example.com']) expect(await accounts(email)).toEqual([]);
  });

  it('refuses a password that is guessed first, and says what to choose', async () => {
    const args = ['user:create', '--email', 'weak@example.com'];
    const { code, errors } = await command(args, galley.database.url, { input: '123456789012345\n' });
    expect([code, errors]).toEqual([1, expect.stringContaining('Choose several unrelated words')]);
    expect(await accounts('weak@example.com')).toEqual([]);
  });
});
