import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run } from './run.ts';
import { aRelease } from './test-releases.ts';

const scripts = new URL('..', import.meta.url).pathname;
let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'galley-command-line-'))));
after(() => rmSync(folder, { recursive: true }));

function call(script: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(join(scripts, script), args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  return { status, said: stdout + stderr };
}

const ALL = [
  ...['deploy', 'rollback', 'verify', 'report', 'review', 'publish', 'attest', 'audit', 'release-page'],
  ...['registry-login', 'compat-previous'],
];

describe('every script', () => {
  for (const script of ALL) {
    it(`${script} tells how it is used`, () => {
      const { status, said } = call(script, ['--help']);
      assert.equal(status, 0, said);
      assert.match(said, new RegExp(`^usage: scripts/${script}`));
    });

    it(`${script} refuses an option that it does not know, with 2`, () => {
      const { status, said } = call(script, ['--no-such-option']);
      assert.equal(status, 2, said);
      assert.match(said, /no-such-option/);
    });
  }
});

describe('a command that cannot do it says why, without a stack', () => {
  const release = () => {
    writeFileSync(join(folder, 'release.json'), JSON.stringify(aRelease()));
    writeFileSync(join(folder, 'kubeconfig'), '');
  };
  const cases: [
    what: string,
    script: string,
    args: string[],
    env: NodeJS.ProcessEnv,
    code: number,
    says: RegExp,
  ][] = [
    [
      'no environment',
      'deploy',
      [],
      {},
      2,
      /no environment is named; it is one of review, staging, production/,
    ],
    ['an unknown environment', 'deploy', ['prod'], {}, 2, /there is no environment prod/],
    [
      'no release',
      'deploy',
      ['staging', '--release', 'none.json'],
      {},
      1,
      /none\.json does not exist\. It is an artifact/,
    ],
    [
      'no kubeconfig',
      'deploy',
      ['staging'],
      {},
      1,
      /KUBECONFIG is not set. It must be the path of a kubeconfig for staging/,
    ],
    [
      'a kubeconfig that is not there',
      'rollback',
      ['staging'],
      { KUBECONFIG: '/none' },
      1,
      /names \/none, which does not exist.*type File/,
    ],
    ['a review without an image', 'deploy', ['review'], {}, 2, /a review requires --image/],
    [
      'an unsigned image for staging',
      'deploy',
      ['staging', '--image', 'a@sha256:1'],
      {},
      2,
      /are only for a review/,
    ],
    [
      'an override without a reason',
      'deploy',
      ['production', '--allow-older', 'x'],
      {},
      2,
      /requires a reason/,
    ],
    [
      'another digest than the release',
      'deploy',
      ['staging'],
      { IMAGE_DIGEST: 'sha256:0' },
      1,
      /IMAGE_DIGEST is sha256:0, but release\.json contains/,
    ],
    [
      'a revision that is no number',
      'rollback',
      ['staging', '--revision', 'two'],
      {},
      2,
      /requires a revision number of helm history, but is two/,
    ],
    ['a review without a server', 'review', ['up'], {}, 1, /REVIEW_DATABASE_URL is not set/],
    [
      'the images of others',
      'review',
      ['down', '--image', 'registry.test/group/galley'],
      {},
      2,
      /must be the repository of one review, REGISTRY\/review\/NAME, but is registry\.test/,
    ],
    ['a release without a registry', 'publish', [], {}, 1, /CI_REGISTRY_IMAGE is not set/],
  ];
  for (const [what, script, args, env, code, says] of cases) {
    it(`${script}: ${what}`, () => {
      release();
      const { status, said } = call(script, args, env);
      assert.equal(status, code, said);
      assert.match(said, says);
      assert.doesNotMatch(said, /^\s+at /m);
    });
  }

  it('a release that is none is told all its faults', () => {
    writeFileSync(join(folder, 'release.json'), JSON.stringify({ ...aRelease(), pipeline: 'x', image: {} }));
    const { said } = call('deploy', ['staging']);
    assert.match(
      said,
      /pipeline must be the number.*image\.repository must be.*image\.digest must be sha256/,
    );
  });
});

describe("the release's page", () => {
  interface PageRequest {
    url: string | undefined;
    token: unknown;
    body: { tag_name: string; ref: string; assets: { links: { url: string }[] } };
  }
  const requests: PageRequest[] = [];
  let answer = 201;
  let server: Server;
  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request
        .on('data', (text: Buffer) => (body += text.toString()))
        .on('end', () => {
          const said = JSON.parse(body) as PageRequest['body'];
          requests.push({ url: request.url, token: request.headers['job-token'], body: said });
          response.writeHead(answer).end('{"message":"because"}');
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => server.close());

  async function page() {
    writeFileSync(join(folder, 'release.production-passed.json'), JSON.stringify(aRelease()));
    writeFileSync(join(folder, 'CHANGELOG.md'), '');
    const env = {
      CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
      ...{
        CI_PROJECT_ID: '5',
        CI_PROJECT_URL: 'https://gitlab.test/g/p',
        CI_JOB_ID: '9',
        CI_JOB_TOKEN: 'token',
      },
    };
    const { code, stdout, stderr } = await run(join(scripts, 'release-page'), [], { cwd: folder, env });
    return { code, said: stdout + stderr };
  }

  it('tags the commit and links the evidence', async () => {
    const { code, said } = await page();
    assert.equal(code, 0, said);
    const [first] = requests;
    assert.ok(first);
    const { url, token, body } = first;
    assert.equal(url, '/api/v4/projects/5/releases');
    assert.equal(token, 'token');
    assert.deepEqual([body.tag_name, body.ref], ['v1.2.0', aRelease().commit]);
    assert.ok(
      body.assets.links.some(
        (link) => link.url === 'https://gitlab.test/g/p/-/jobs/9/artifacts/file/release.json.sig',
      ),
    );
  });

  it('is made once: a job that runs again finds it', async () => {
    answer = 409;
    const { code, said } = await page();
    assert.equal(code, 0, said);
    assert.match(said, /is there already/);
  });

  it("fails with GitLab's own reason", async () => {
    answer = 403;
    const { code, said } = await page();
    assert.equal(code, 1);
    assert.match(said, /GitLab rejects the release v1\.2\.0: 403 .*because/);
  });
});
