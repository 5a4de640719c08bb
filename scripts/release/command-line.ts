import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Refusal } from './refusal.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

type Given<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O & { help: { type: 'boolean'; short: 'h' } }; allowPositionals: true }>
>;

interface Command<O extends Options, E extends string> {
  name: string;
  usage: string;
  options: O;
  /** The permitted values of the first argument. Without this list, it can be absent. */
  environments?: readonly E[];
}

type Main<O extends Options, E extends string> = (values: Given<O>['values'], environment: E) => unknown;

/**
 * Runs a command of scripts/: parses its arguments with `options` (those of parseArgs), prints `usage` for --help,
 * and turns errors into one line and an exit code: 2 for invalid arguments, 1 for everything else.
 */
export async function runCommand<const O extends Options, E extends string>(
  { name, usage, options, environments }: Command<O, E>,
  main: Main<O, E>,
): Promise<void> {
  try {
    const given = readArguments(options);
    if ('help' in given.values && given.values.help) return void console.log(usage.trim());
    const [environment] = given.positionals;
    if (environments && !environments.includes(environment as E)) {
      throw new TypeError(
        `${environment ? `there is no environment ${environment}` : 'no environment is named'}; it is one of ${environments.join(', ')}`,
      );
    }
    await main(given.values, environment as E);
  } catch (error) {
    const { message, stack } = error as Error;
    console.error(`${name}: ${error instanceof Refusal || error instanceof TypeError ? message : stack}`);
    if (error instanceof TypeError) console.error(`See scripts/${name} --help`);
    process.exitCode = error instanceof TypeError ? 2 : (process.exitCode ?? 1);
  }
}

function readArguments<O extends Options>(options: O): Given<O> {
  return parseArgs({
    options: { ...options, help: { type: 'boolean', short: 'h' } as const },
    allowPositionals: true,
  });
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** Returns the seconds of a duration such as 90s or 2m, or undefined if the option was not given. */
export function secondsIn(option: string, duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+)([smh])$/.exec(duration) ?? [];
  if (!number) throw new TypeError(`${option} requires a duration such as 90s or 2m, but is ${duration}`);
  return Number(number) * (UNITS[unit] ?? 1);
}

/** Returns an environment variable that the command requires. */
export function required(env: NodeJS.ProcessEnv, variable: string, what: string): string {
  const value = env[variable];
  if (!value) throw new Refusal(`${variable} is not set: ${what}`);
  return value;
}
