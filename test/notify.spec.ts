import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';

async function notify(env: Record<string, string>, ...text: string[]) {
  const child = spawn('scripts/notify', text, { env: { PATH: process.env.PATH, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

async function webhook(status: number) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/T0/secret`, bodies, close: () => server.close() };
}

describe('scripts/notify', () => {
  it('posts what it is told, with environment, commit and job', async () => {
    const slack = await webhook(200);
    const env = {
      SLACK_WEBHOOK: slack.url,
      CI_ENVIRONMENT_NAME: 'staging',
      CI_COMMIT_SHORT_SHA: 'abc',
      CI_JOB_URL: 'https://gitlab/1',
    };
    expect(await notify(env, 'deployed "it"\n', '$HOME')).toEqual({ code: 0, said: '' });
    expect(slack.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      { text: '[staging] deployed "it"\n $HOME (abc) https://gitlab/1' },
    ]);
    slack.close();
  });

  it('fails no job: refused or unreachable; and never tells the address', async () => {
    const slack = await webhook(500);
    expect(await notify({ SLACK_WEBHOOK: slack.url }, 'x')).toEqual({
      code: 0,
      said: 'notify: not sent (500)\n',
    });
    slack.close();
    const gone = await notify({ SLACK_WEBHOOK: 'http://127.0.0.1:1/T0/secret' }, 'x');
    expect(gone).toEqual({ code: 0, said: expect.stringMatching(/^notify: not sent/) });
    expect(await notify({ SLACK_WEBHOOK: 'no address with a secret' }, 'x')).toEqual({
      code: 0,
      said: expect.not.stringContaining('secret'),
    });
  });

  it('does and says nothing without a webhook', async () => {
    expect(await notify({}, 'x')).toEqual({ code: 0, said: '' });
    expect(await notify({ SLACK_WEBHOOK: '' }, 'x')).toEqual({ code: 0, said: '' });
  });
});
