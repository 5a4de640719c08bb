import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Artifact } from '../../scripts/release/evidence.ts';
import type { Secret } from '../../scripts/release/kubernetes.ts';
import { upgradeArguments } from '../../scripts/release/chart.ts';
import { run, runOrRefuse } from '../../scripts/release/run.ts';
import { Stage, type Started } from './support.ts';

const server = process.env.REVIEW_DATABASE_URL ?? '';

describe(
  'a review release',
  { concurrency: false, skip: server ? false : 'REVIEW_DATABASE_URL is not set' },
  () => {
    let stage: Stage;
    let image: Artifact;
    const options = () => ({
      environment: 'review' as const,
      env: { NAMESPACE: `${stage.namespaces.staging}-review` },
    });
    const name = () => `${stage.namespaces.staging}-review`;
    before(async () => {
      stage = await Stage.open();
      image = await stage.pushImage(stage.id);
    });
    after(() => stage.close());

    const read = async (secret: string) => {
      const { stdout } = await run('kubectl', ['-n', name(), 'get', 'secret', secret, '-o', 'json']);
      return JSON.parse(stdout) as Secret & { type: string };
    };

    const values = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        Object.entries((await read('galley')).data ?? {}).map(([key, value]) => [
          key,
          Buffer.from(value, 'base64').toString(),
        ]),
      );

    const sql = async (query: string, url = server) =>
      (await run('psql', ['-At', url, '-c', query])).stdout.trim();

    async function ends(code: number, started: Started, says: RegExp): Promise<void> {
      const { code: found, said } = await started.done;
      assert.equal(found, code, said);
      assert.match(said, says);
    }

    const up = (env: NodeJS.ProcessEnv = {}, code = 0, says = /ready for scripts\/deploy review/) => {
      const { environment, env: given } = options();
      return ends(code, stage.start('review', ['up'], { environment, env: { ...given, ...env } }), says);
    };

    it('gets a namespace, a database with a role of its own, and a Secret that fits', async () => {
      await up();
      const { DATABASE_URL: url = '' } = await values();
      const inside = await run('psql', [
        '-At',
        url,
        '-c',
        'CREATE TABLE t (); SELECT current_user = current_database()',
      ]);
      assert.match(inside.stdout, /^t$/m, inside.stderr);
    });

    it('keeps every password at the next push, because the pods that run know no other', async () => {
      const before = await values();
      await up();
      assert.deepEqual(await values(), before);
      assert.equal(await sql('SELECT count(*) FROM t', before.DATABASE_URL), '0');
    });

    it('gets another password when its Secret is lost', async () => {
      const { DATABASE_URL: before } = await values();
      await run('kubectl', ['-n', name(), 'delete', 'secret', 'galley']);
      await up();
      const { DATABASE_URL: renewed } = await values();
      assert.notEqual(renewed, before);
      assert.equal(await sql('SELECT count(*) FROM t', renewed), '0');
    });

    it('verifies the server by the authority that it is given, unless the URL says otherwise', async () => {
      const authority = join(stage.folder, 'authority.pem');
      await runOrRefuse('an authority', 'openssl', [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-subj', '/CN=a stranger', '-keyout', '/dev/null', '-out', authority],
      ]);
      const refused =
        /the review server rejected the statement: .*(certificate verify failed|does not support SSL)/s;
      await up({ REVIEW_DATABASE_SSL_CA: authority }, 1, refused);
      const down = {
        ...options(),
        env: { NAMESPACE: 'galley-no-review', REVIEW_DATABASE_SSL_CA: authority },
      };
      await ends(1, stage.start('review', ['down'], down), refused);
      const url = new URL(server);
      url.searchParams.set('sslmode', 'disable');
      await up({ REVIEW_DATABASE_SSL_CA: authority, REVIEW_DATABASE_URL: url.href });
      assert.equal((await values()).DATABASE_SSL_CA, readFileSync(authority, 'utf8'));
      await up({ REVIEW_DATABASE_SSL_CA: '' });
      assert.equal((await values()).DATABASE_SSL_CA, undefined);
    });

    it("pulls by the project's deploy token", async () => {
      const missing = await run('kubectl', ['-n', name(), 'get', 'secret', 'registry-secret']);
      assert.match(missing.stderr, /not found/);
      await up({
        CI_REGISTRY: 'registry.test:5050',
        CI_DEPLOY_USER: 'gitlab+deploy-token-1',
        CI_DEPLOY_PASSWORD: 'gldt-"x"',
      });
      const byHand = await runOrRefuse('a Secret', 'kubectl', [
        ...['create', 'secret', 'docker-registry', 'registry-secret', '--dry-run=client', '-o', 'json'],
        ...['--docker-server=registry.test:5050', '--docker-username=gitlab+deploy-token-1'],
        '--docker-password=gldt-"x"',
      ]);
      const { type, data } = JSON.parse(byHand) as Secret & { type: string };
      const login = (text = '') => JSON.parse(Buffer.from(text, 'base64').toString()) as unknown;
      const found = await read('registry-secret');
      assert.equal(found.type, type);
      assert.deepEqual(login(found.data?.['.dockerconfigjson']), login(data?.['.dockerconfigjson']));
    });

    it('takes an unsigned image, which staging does not', async () => {
      const reference = `${image.repository}@${image.digest}`;
      const chart = `${process.cwd()}/test/cluster/fixture/chart`;
      const args = [
        'review',
        '--image',
        reference,
        '--chart',
        chart,
        '--host',
        'mr-1.review.test',
        '--timeout',
        '60s',
      ];
      await ends(0, stage.start('deploy', args, options()), /review runs review, sha256:\w+, as revision 1/);
    });

    it('goes with all that it had, and going twice is no fault', async () => {
      await ends(0, stage.start('review', ['down'], options()), /everything was deleted/);
      assert.equal((await run('kubectl', ['get', 'namespace', name()])).code, 1);
      const database = name().replaceAll('-', '_');
      assert.equal(await sql(`SELECT count(*) FROM pg_database WHERE datname = '${database}'`), '0');
      assert.equal(await sql(`SELECT count(*) FROM pg_roles WHERE rolname = '${database}'`), '0');
      await ends(0, stage.start('review', ['down'], options()), /everything was deleted/);
    });

    it('takes its own images along, and none of a review with the same content', async () => {
      const registry = process.env.REGISTRY;
      const mine = `${registry}/review/${stage.id}`;
      const theirs = `${registry}/review/${stage.id}-too`;
      const copy = (to: string, ...args: string[]) =>
        runOrRefuse('copy', 'skopeo', [
          ...['copy', '--src-tls-verify=false', '--dest-tls-verify=false', ...args],
          ...[`docker://${image.repository}@${image.digest}`, `docker://${to}`],
        ]);
      await copy(`${mine}:first`, '--format', 'oci'); // This is another digest.
      for (const repository of [mine, theirs]) await copy(`${repository}:second`, '--preserve-digests');
      const there = async (reference: string) =>
        (await run('skopeo', ['inspect', '--tls-verify=false', `docker://${reference}`])).code === 0;
      for (const each of [`${mine}:first`, `${mine}:second`, `${theirs}:second`])
        assert.ok(await there(each));
      for (let time = 1; time <= 2; time++)
        await ends(0, stage.start('review', ['down', '--image', mine], options()), /everything was deleted/);
      assert.equal(await there(`${mine}:first`), false);
      assert.equal(await there(`${mine}:second`), false);
      assert.ok(await there(`${theirs}@${image.digest}`));
      await ends(0, stage.start('review', ['down', '--image', theirs], options()), /everything was deleted/);
    });

    it('leaves alone a namespace that is not of a review', async () => {
      const env = { NAMESPACE: stage.namespaces.production };
      for (const action of ['up', 'down'])
        await ends(
          1,
          stage.start('review', [action], { environment: 'review', env }),
          /was not created by a review, so it is not changed/,
        );
    });

    it('is reached by its own host alone, through an HTTPRoute or an Ingress', async () => {
      const more = join(stage.folder, 'ingress.yaml');
      writeFileSync(
        more,
        'httpRoute: { enabled: false }\ningress: { enabled: true, hosts: [a.test, b.test] }\n',
      );
      const common = ['values/common.yaml', 'values/review.yaml'];
      for (const [files, wanted] of [
        [common, /hostnames:\n +- mr-1\.review\.test\n +rules:/],
        [[...common, more], /rules:\n +- host: "mr-1\.review\.test"\n(?!.* host:)/s],
      ] as const) {
        const [, , , chart = '', , ...rest] = upgradeArguments({
          chart: 'charts/galley',
          image,
          values: [...files],
          host: 'mr-1.review.test',
        });
        const args = ['template', 'galley', chart, '--kube-version', '1.35.0', ...rest];
        assert.match(
          await runOrRefuse('template', 'helm', [...args, '--api-versions', 'gateway.networking.k8s.io/v1']),
          wanted,
        );
      }
    });
  },
);
