import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run } from '../../scripts/release/run.js';
import { Stage } from './support.js';

const server = process.env.REVIEW_DATABASE_URL;

describe(
  'a review release',
  { concurrency: false, skip: !server && 'REVIEW_DATABASE_URL is not set' },
  () => {
    let stage;
    let image;
    const options = () => ({
      environment: 'review',
      env: { NAMESPACE: `${stage.namespaces.staging}-review` },
    });
    const name = () => `${stage.namespaces.staging}-review`;
    before(async () => {
      stage = await Stage.open();
      image = await stage.pushImage(stage.id);
    });
    after(() => stage.close());

    const secret = async (key) => {
      const path = ['-o', `jsonpath={.data.${key}}`];
      const { stdout } = await run('kubectl', ['-n', name(), 'get', 'secret', 'galley', ...path]);
      return Buffer.from(stdout, 'base64').toString();
    };

    const sql = async (query) => (await run('psql', ['-At', server, '-c', query])).stdout.trim();

    async function ends(code, started, says) {
      const { code: found, said } = await started.done;
      assert.equal(found, code, said);
      assert.match(said, says);
    }

    it('gets a namespace, a database with a role of its own, and a Secret that fits', async () => {
      await ends(0, stage.start('review', ['up'], options()), /ready for scripts\/deploy review/);
      const authority = join(stage.folder, 'authority.pem');
      writeFileSync(authority, 'PEM');
      const again = options();
      again.env.REVIEW_DATABASE_SSL_CA = authority;
      await ends(0, stage.start('review', ['up'], again), /ready/); // a second push of the same merge request
      assert.equal(await secret('DATABASE_SSL_CA'), 'PEM');
      const url = await secret('DATABASE_URL');
      const inside = await run('psql', [
        '-At',
        url,
        '-c',
        'CREATE TABLE t (); SELECT current_user = current_database()',
      ]);
      assert.match(inside.stdout, /^t$/m, inside.stderr);
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
      await ends(0, stage.start('review', ['down'], options()), /nothing is left of it/);
      assert.equal((await run('kubectl', ['get', 'namespace', name()])).code, 1);
      const database = name().replaceAll('-', '_');
      assert.equal(await sql(`SELECT count(*) FROM pg_database WHERE datname = '${database}'`), '0');
      assert.equal(await sql(`SELECT count(*) FROM pg_roles WHERE rolname = '${database}'`), '0');
      await ends(0, stage.start('review', ['down'], options()), /nothing is left of it/);
    });

    it('leaves alone a namespace that is not of a review', async () => {
      const env = { NAMESPACE: stage.namespaces.production };
      await ends(
        1,
        stage.start('review', ['down'], { environment: 'review', env }),
        /was not made by a review: it is left alone/,
      );
    });
  },
);
