import { parseArgs } from 'node:util';
import { Refusal } from './refusal.ts';

/**
 * Runs one of the commands in scripts/: reads its arguments by `options` (those
 * of parseArgs), answers --help with `usage`, and turns what goes wrong into one
 * line and an exit code: 2 for wrong arguments, 1 for everything else.
 */
export async function runCommand({ name, usage, options = {}, environments }, main) {
  try {
    const given = readArguments(options);
    if (given.values.help) return void console.log(usage.trim());
    const [environment] = given.positionals;
    if (environments && !environments.includes(environment)) {
      throw new TypeError(
        `${environment ? `there is no environment ${environment}` : 'no environment is named'}; it is one of ${environments.join(', ')}`,
      );
    }
    await main(given.values, given.positionals);
  } catch (error) {
    console.error(
      `${name}: ${error instanceof Refusal || error instanceof TypeError ? error.message : error.stack}`,
    );
    if (error instanceof TypeError) console.error(`See scripts/${name} --help`);
    process.exitCode = error instanceof TypeError ? 2 : (process.exitCode ?? 1);
  }
}

function readArguments(options) {
  return parseArgs({
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
}

/** A variable of the environment that the command cannot do without. */
export function required(env, variable, what) {
  if (!env[variable]) throw new Refusal(`${variable} is not set: ${what}`);
  return env[variable];
}
