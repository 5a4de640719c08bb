import { createInterface } from 'node:readline/promises';
import password from '@inquirer/password';
import { AuthService } from '../auth/auth.service.js';
import { ROLES, type Role } from '../platform/http/access/principal.js';
import { NewEmail, PersonName } from '../users/users.service.js';
import { CommandError } from './command-error.js';
import { withApp } from './with-app.js';

interface Options {
  email: string;
  name?: string;
  role: string;
}

/** Creates an account with any role, such as the first admin. */
export async function userCreate({ email, name = email.replace(/@.*/, ''), role }: Options): Promise<void> {
  if (!isRole(role)) throw new CommandError(`--role must be one of ${ROLES.join(', ')}`);
  const { error } = NewEmail.safeParse(email);
  if (error) throw new CommandError(`--email ${error.issues[0]?.message}`);
  if (!PersonName.safeParse(name).success) throw new CommandError('--name must have 1 to 100 characters');
  const chosen = await readPassword();
  const account = await withApp((app) =>
    app.get(AuthService).createAccount({ email, name, password: chosen, role }),
  );
  console.log(`Created the ${account.role} ${account.email} with the id ${account.id}`);
}

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** Prompts twice without echo on a terminal; otherwise reads the first line of standard input. */
async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  const first = await ask('Password');
  if ((await ask('Repeat the password')) !== first)
    throw new CommandError(
      'The two passwords are different, so no account was created. Run the command again.',
    );
  return first;
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  throw new CommandError(
    'Standard input contains no password. Pipe it to the command, or run the command on a terminal to enter it.',
  );
}

/** Prompts on standard error, which remains on the terminal if the output is redirected to a file. */
async function ask(message: string): Promise<string> {
  try {
    return await password({ message }, { output: process.stderr });
  } catch (error) {
    if ((error as Error).name !== 'ExitPromptError') throw error;
    throw new CommandError('Stopped. No account was created.');
  }
}
