import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Stage } from './support.js';

let stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());

async function ends(code, started, says) {
  const { code: found, said } = await started.done;
  assert.equal(found, code, said);
  assert.match(said, says);
}

const rollback = (...args) => stage.start('rollback', ['staging', ...args]);

describe('scripts/rollback', { concurrency: false }, () => {
  it('goes back to the release before, and then to the one before that', async () => {
    const one = await stage.release({ pipeline: 1, chart: { newestMigration: 'AddFirst1795132800000' } });
    for (const pipeline of [2, 3]) {
      const next = pipeline === 3 ? { FLOOR: 'AddSecond1795219200000' } : {};
      const chart = { newestMigration: 'AddSecond1795219200000', env: { NUMBER: String(pipeline), ...next } };
      if (pipeline === 2) await ends(0, stage.deploy('staging', one), /revision 1/);
      await ends(
        0,
        stage.deploy('staging', await stage.release({ pipeline, image: one.image, chart })),
        new RegExp(`revision ${pipeline}`),
      );
    }
    const since = performance.now();
    await ends(0, rollback(), /back to revision 2, .*pipeline 2[^]*as revision 4/);
    console.log(`# rollback: ${Math.round((performance.now() - since) / 1000)} s`);
    await ends(0, rollback(), /back to revision 1, .*pipeline 1/);
  });

  it('does not cross the floor that the database has, and says what to do instead', async () => {
    await ends(0, rollback('--revision', '3'), /back to revision 3/);
    await ends(
      1,
      rollback('--revision', '1'),
      /revision 1 .*knows migrations up to AddFirst1795132800000, and the database needs code that knows AddSecond1795219200000.*roll forward.*restore the backup/,
    );
    assert.match((await stage.history('staging')).at(-1), /^6 deployed$/);
    await ends(0, rollback('--revision', '2'), /as revision 7/);
  });

  it('a deploy of code below the floor is refused before anything changes', async () => {
    await ends(0, rollback('--revision', '3'), /as revision 8/);
    const old = await stage.release({ pipeline: 4, chart: { newestMigration: 'AddFirst1795132800000' } });
    await ends(1, stage.deploy('staging', old), /the database needs code that knows AddSecond1795219200000/);
    assert.match((await stage.history('staging')).at(-1), /^8 deployed$/);
  });

  it('refuses a revision that is not there, or that failed', async () => {
    await ends(1, rollback('--revision', '99'), /staging has no revision 99; it has 1, 2/);
    const failing = await stage.release({ pipeline: 5, chart: { env: { MIGRATION: 'fails', FLOOR: '' } } });
    await ends(1, stage.deploy('staging', failing), /helm upgrade failed/);
    await ends(1, rollback('--revision', '9'), /revision 9 of staging failed when it was deployed/);
  });
});
