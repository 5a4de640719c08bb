import { createInterface } from 'node:readline/promises';
import { AuthService } from '../auth/auth.service.js';
import { ROLES, type Role } from '../platform/http/principal.js';
import { Email, PersonName } from '../users/users.service.js';
import { CommandError } from './command-error.js';
import { withApp } from './with-app.js';

interface Options {
  email: string;
  name?: string;
  role: string;
}

/** Makes an account of any role: how the first admin comes to be. */
export async function userCreate({ email, name = email.replace(/@.*/, ''), role }: Options): Promise<void> {
  if (!isRole(role)) throw new CommandError(`--role wants one of ${ROLES.join(', ')}`);
  if (!Email.safeParse(email).success) throw new CommandError('--email wants an e-mail address');
  if (!PersonName.safeParse(name).success) throw new CommandError('--name wants 1 to 100 characters');
  const password = await readPassword();
  const account = await withApp((app) => app.get(AuthService).createAccount({ email, name, password, role }));
  console.log(`Made the ${account.role} ${account.email}, id ${account.id}`);
}

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** Asked for without echo on a terminal; else the first line of standard input. */
async function readPassword(): Promise<string> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: process.stdin.isTTY,
  });
  try {
    if (!process.stdin.isTTY) {
      for await (const line of lines) return line;
      throw new CommandError(
        'Standard input holds no password: pipe it in, or run this on a terminal to be asked',
      );
    }
    const asked = lines.question('Password: ');
    Object.assign(lines, { _writeToOutput: () => undefined }); // readline has no public way to stop its echo
    return await asked;
  } finally {
    lines.close();
    if (process.stdin.isTTY) process.stderr.write('\n');
  }
}
