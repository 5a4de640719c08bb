import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Outcome {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs the built `galley …` with a database. */
export const command = (
  args: string[],
  databaseUrl: string,
  { input, settings }: { input?: string; settings?: Record<string, string> } = {},
): Promise<Outcome> =>
  bareCommand(
    args,
    {
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      JWT_SECRET: 'stories-are-signed-with-this-0123456789',
      JWT_REFRESH_SECRET: 'stories-are-refreshed-with-9876543210',
      ...settings,
    },
    input,
  );

/** Runs it with only these settings. */
export async function bareCommand(
  args: string[],
  settings: Record<string, string>,
  input = '',
): Promise<Outcome> {
  const child = spawn(process.execPath, ['dist/cli.js', ...args], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // The command can end without reading its input.
  child.stdin.end(input);
  const texts = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  const [output, errors] = await texts;
  return { code, output, errors };
}
