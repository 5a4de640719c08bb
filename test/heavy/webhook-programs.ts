/**
 * Runs the receivers of docs/webhooks.md in every language whose toolchain is installed. Each one must accept a test of the
 * webhook and an event of a post, with both secrets of a rotation, and reject the same request with another body or an old
 * time.
 * `npm run test:heavy -- webhook-programs [languages, default js,python,go,php]`
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { until } from '../support/until.ts';
import { has } from '../clients/toolchain.ts';
import { Deployment } from './deployment.ts';
import type { HeavyTest } from './heavy-test.ts';
import { HookAdmin } from './hook-admin.ts';

/** Below the project, so that Node finds the library. */
const FOLDER = resolve('reports/webhooks');
const PYTHON_LIBRARY = 'standardwebhooks==1.1.0';

interface Language {
  file: string;
  isThere: () => boolean;
  /** Prepares the program and returns its command. */
  command: (file: string, port: number) => [string, ...string[]];
}

const LANGUAGES: Record<string, Language> = {
  js: { file: 'receiver.mjs', isThere: () => true, command: (file) => [process.execPath, file] },
  python: {
    file: 'receiver.py',
    isThere: () => has('python3', ['-c', 'import venv, ensurepip']),
    command: (file) => [pythonWithLibrary(), file],
  },
  go: { file: 'receiver.go', isThere: () => has('go', ['version']), command: (file) => [compiled(file)] },
  php: {
    file: 'receiver.php',
    isThere: () => has('php', ['--version']),
    command: (file, port) => ['php', '-S', `127.0.0.1:${port}`, file],
  },
};

export const webhookPrograms: HeavyTest = async ([chosen = Object.keys(LANGUAGES).join()], closing) => {
  const deployment = await Deployment.open(closing);
  const [galley] = await deployment.started(1, { OUTBOUND_ALLOW: '127.0.0.1' });
  if (!galley) throw new Error('there is no process');
  const admin = await HookAdmin.signUp(galley.url, deployment);
  const faults: string[] = [];
  for (const name of chosen.split(',')) {
    const language = LANGUAGES[name];
    if (!language) throw new Error(`there is no language ${name}`);
    if (!language.isThere()) {
      console.log(`${name}: skipped, because its toolchain is not installed`);
      continue;
    }
    const fault = await check(name, language, admin, closing);
    console.log(`${name}: ${fault ?? 'verifies both secrets, and rejects another body'}`);
    if (fault) faults.push(`${name} ${fault}`);
  }
  return faults;
};

async function check(
  name: string,
  language: Language,
  admin: HookAdmin,
  closing: Closing,
): Promise<string | undefined> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const webhook = await admin.create(url, ['post.published']);
  const first = await new Program(name, language, port, webhook.secret, closing).started(url);
  await admin.send('POST', `webhooks/${webhook.id}/test`);
  await until(() => first.output.includes(`ping ${webhook.id}`));
  await first.end();
  const { secret } = await admin.send<{ secret: string }>('POST', `webhooks/${webhook.id}/rotate-secret`);
  // The old secret still signs, and so does the new one.
  for (const each of [webhook.secret, secret]) {
    const program = await new Program(name, language, port, each, closing).started(url);
    const post = await admin.publish();
    await until(() => program.output.includes(`post.published ${post}`));
    for (const [what, { headers, body, expected }] of Object.entries(requestsSignedBy(each))) {
      const { status } = await fetch(url, { method: 'POST', headers, body });
      if (status !== expected) return `answers ${status} to ${what}`;
    }
    await program.end();
  }
  const states = await admin.states(webhook.id);
  if (states.some((state) => state !== 'delivered')) return `has the deliveries ${states.join(', ')}`;
  return undefined;
}

const BODY = JSON.stringify({ id: randomUUID(), type: 'ping', resource: { id: 'a' } });

/** Requests that the test signs itself, and how a receiver answers them. */
function requestsSignedBy(secret: string) {
  const now = Math.floor(Date.now() / 1000);
  const old = now - 600;
  return {
    'a request that is genuine': { headers: signedHeaders(secret, BODY, now), body: BODY, expected: 204 },
    'the same request with another body': {
      ...{ headers: signedHeaders(secret, BODY, now), body: BODY.replace('"a"', '"b"'), expected: 401 },
    },
    'a request of ten minutes ago': { headers: signedHeaders(secret, BODY, old), body: BODY, expected: 401 },
  };
}

function signedHeaders(secret: string, body: string, timestamp: number): Record<string, string> {
  const id = randomUUID();
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}

/** A running receiver. */
class Program {
  output = '';
  private readonly child: ChildProcess;

  constructor(name: string, language: Language, port: number, secret: string, closing: Closing) {
    const folder = join(FOLDER, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const file = join(folder, language.file);
    writeFileSync(file, programOf(name));
    const [command, ...args] = language.command(file, port);
    const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) };
    this.child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    closing.add(() => void this.child.kill());
  }

  async started(url: string): Promise<this> {
    await until(() =>
      fetch(url, { method: 'POST', body: '{}' }).then(
        () => true,
        () => false,
      ),
    );
    return this;
  }

  async end(): Promise<void> {
    this.child.kill();
    await until(() => this.child.exitCode !== null || this.child.signalCode !== null);
  }
}

/** Returns the program of the documentation. */
function programOf(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(
    readFileSync('docs/webhooks.md', 'utf8'),
  );
  if (!found) throw new Error(`docs/webhooks.md contains no program in ${language}`);
  return found[1] as string;
}

function pythonWithLibrary(): string {
  const folder = resolve('node_modules/.cache/webhooks/python');
  const program = join(folder, 'bin/python');
  if (!has(program, ['-c', 'import standardwebhooks'])) {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', PYTHON_LIBRARY], { stdio: 'inherit' });
  }
  return program;
}

function compiled(file: string): string {
  const program = file.replace(/\.go$/, '');
  execFileSync('go', ['build', '-o', program, file], { stdio: 'inherit' });
  return program;
}
