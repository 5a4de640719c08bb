import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImportService } from '../src/import/import.service.js';
import { EmailBackfill } from '../src/users/email-backfill.js';
import { command } from './support/command.js';
import { type Galley, startGalley } from './support/galley.js';
import { fileOf, ghost } from './support/import-files.js';

const PASSWORD = 'correct horse battery staple';
/** The same password as a bcrypt hash of another system with a cost of 10. */
const BCRYPT = '$2b$10$pRwzxja0c3/ZqHJba/8dlOM2.HxnwsZ8qxmuCtTgmKjESKr5pf2g2';

/** Spellings of one address. */
const TYPED = 'Straße.jose\u0301@Mail.Exämple.com';
const SPELLINGS = [
  'straße.jose\u0301@mail.exämple.com',
  'STRASSE.JOSÉ@MAIL.EXÄMPLE.COM',
  'STRAẞE.josé@mail.exa\u0308mple.com.',
  'strasse.josé@mail.xn--exmple-cua.com',
  'strasse.josé@MAIL.XN--EXMPLE-CUA.COM.',
  'strasse.josé@ｍａｉｌ．exämple。com',
  'strasse.josé@mail.exämple.com｡',
];

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley({ AUTH_RATE_LIMIT_MAX: '10' });
  await register(TYPED).expect(201);
});
afterAll(() => galley.stop());

const register = (email: string) =>
  galley.anyone.post('/api/v1/auth/register', { email, password: PASSWORD, name: 'José' });
const login = (email: string, password = PASSWORD) =>
  galley.anyone.post('/api/v1/auth/login', { email, password });
const accounts = (emails: string[]) =>
  galley.database.query<{ email: string }>('SELECT email FROM users WHERE email = ANY($1)', [emails]);

describe('an e-mail address', () => {
  it.each(SPELLINGS)('is taken in another spelling, and that is the account: %s', async (email) => {
    expect((await register(email).expect(409)).body.code).toBe('email_taken');
    const { body } = await login(email).expect(200);
    expect(body.user.email).toBe(TYPED);
  });

  it.each([
    ['a domain with ß has another name than one with ss', 'a@faß.de', 'a@fass.de'],
    ['only a domain is folded in width', 'ａ@wide.example', 'a@wide.example'],
    ['a last label of digits is no IPv4 address', 'a@127.1', 'a@127.0.0.1'],
  ])('is another one where %s', async (_rule, one, other) => {
    await register(one).expect(201);
    await register(other).expect(201);
    expect((await login(one).expect(200)).body.user.email).toBe(one);
  });

  it.each(['b@[127.0.0.1]', '"b"@example.com', 'b(c)@example.com', 'a@ü.example/b', 'a@example..com'])(
    'to which no mail server delivers is rejected: %s',
    async (email) => {
      const { body } = await register(email).expect(400);
      expect(body.errors[0].path).toBe('email');
      await login(email).expect(401);
      await galley.database.query('DELETE FROM login_failures');
    },
  );

  it('in many spellings at once makes one account', async () => {
    const spellings = ['once@i.example', 'ONCE@I.example.', 'once@I。example', 'once@ｉ.example'];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => register(spellings[n % spellings.length] as string)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect(await accounts(spellings)).toHaveLength(1);
  });

  it('has one count of failed logins, however it is spelt', async () => {
    const spellings = [
      'İlk@i.example',
      'i\u0307lk@i.example.',
      'ilk@İ.example',
      'ılk@i。example',
      'ILK@ｉ.example',
    ];
    for (let n = 0; n < 10; n++)
      await login(spellings[n % spellings.length] as string, 'wrong wrong wrong wrong').expect(401);
    for (const email of spellings) await login(email, 'wrong wrong wrong wrong').expect(429);
    await galley.database.query('DELETE FROM login_failures');
  });

  it('in another spelling is refused by user:create', async () => {
    const args = ['user:create', '--email', SPELLINGS[3] as string, '--role', 'admin'];
    const { code } = await command(args, galley.database.url, { input: `${PASSWORD}\n` });
    expect(code).not.toBe(0);
    expect(await accounts([SPELLINGS[3] as string])).toEqual([]);
  });

  it('in another spelling joins an import to the account', async () => {
    const users = SPELLINGS.slice(2, 4).map((email, n) => ({ id: `u${n}`, name: `Imported ${n}`, email }));
    const report = await galley.app.get(ImportService).run(fileOf(ghost({ users })));
    expect(report.counts.author).toMatchObject({ imported: 0, present: 2 });
    expect(await accounts(SPELLINGS)).toEqual([]);
  });
});

describe('accounts of a former release', () => {
  const stored = async (email: string, id = randomUUID()) => {
    await galley.database.query(
      'INSERT INTO users (id, name, email, password_hash) VALUES ($1, $2, $2, $3)',
      [id, email, BCRYPT],
    );
    return id;
  };
  const idOf = async (email: string) => (await login(email).expect(200)).body.user.id as string;
  const canonical = (id: string) =>
    galley.database.query('SELECT canonical_email AS is FROM users WHERE id = $1', [id]);

  it('are found as before, and in every spelling once the process has computed theirs', async () => {
    const id = await stored('Old@Ä.example');
    expect(await idOf('OLD@ä.example')).toBe(id);
    expect(await galley.app.get(EmailBackfill).fill()).toEqual([]);
    expect(await canonical(id)).toEqual([{ is: 'old@xn--4ca.example' }]);
    expect(await idOf('old@xn--4ca.example.')).toBe(id);
  });

  it('with one address in two spellings stay two, each by its own; the older has the others', async () => {
    const older = await stored('two@b.example.', '00000000-0000-7000-8000-000000000001');
    const younger = await stored('two@b.example', '00000000-0000-7000-8000-000000000002');
    expect(await galley.app.get(EmailBackfill).fill()).toEqual([younger]);
    expect(await galley.app.get(EmailBackfill).fill()).toEqual([younger]);
    expect(await canonical(older)).toEqual([{ is: 'two@b.example' }]);
    expect(await idOf('two@b.example.')).toBe(older);
    expect(await idOf('TWO@B.example')).toBe(younger);
    expect(await idOf('two@b。example')).toBe(older);
    await register('two@ｂ.example').expect(409);
  });
});
