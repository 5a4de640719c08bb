/**
 * Runs all checks that a change must pass, fastest first. `npm test -- --only stories` runs one step, and `--help`
 * lists them.
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { findTool } from '../tools/debian-tools.ts';
import { isMain } from '../tools/main.ts';
import { JEST } from './jest.ts';

type Command = [program: string, ...args: string[]];

interface Step {
  says: string;
  run: Command;
}

const node = process.execPath;
const bin = (name: string) => `node_modules/.bin/${name}`;
const jest: Command = [node, ...JEST];

const STEPS: Record<string, Step> = {
  build: { says: 'compile src/ and migrations/', run: ['npm', 'run', '--silent', 'build'] },
  types: {
    says: 'check the types of tests, scripts and benches',
    run: ['npm', 'run', '--silent', 'typecheck'],
  },
  lint: { says: 'eslint', run: [bin('eslint'), '.', '--max-warnings', '0'] },
  format: { says: 'prettier', run: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
  imports: {
    says: 'check the imports between modules',
    run: [bin('depcruise'), 'src', 'migrations', '--config', '.dependency-cruiser.js'],
  },
  migrations: {
    says: 'check that a deployment can run the migrations',
    run: [node, 'scripts/check/migration-lint.ts'],
  },
  openapi: { says: 'check that openapi.json is current and valid', run: [node, 'scripts/check/openapi.ts'] },
  client: {
    says: 'check that the types of the TypeScript client are current',
    run: [node, 'scripts/generate/client-types.ts', '--check'],
  },
  environment: {
    says: 'check that .env.example is current',
    run: [node, 'scripts/generate/env-example.ts', '--check'],
  },
  chart: {
    says: 'check that the generated files of the chart are current',
    run: [node, 'scripts/generate/chart-files.ts', '--check'],
  },
  containers: {
    says: 'check Dockerfiles, compose files, nginx and scripts',
    run: [node, 'scripts/check/containers.ts'],
  },
  pipeline: {
    says: 'check the pipeline and its scripts',
    run: [node, 'scripts/check/pipeline.ts'],
  },
  scripts: {
    says: 'unit tests of scripts, benches and the tools of tests',
    run: ['npm', 'run', '--silent', 'test:scripts'],
  },
  stories: { says: 'unit tests, and stories with a real PostgreSQL and Redis', run: jest },
};

/** @returns the exit code */
function test(args: string[]): number {
  if (args.includes('--help')) return help();
  const only = args[0] === '--only' ? args[1] : undefined;
  if (only && !STEPS[only]) {
    console.error(`The step ${only} does not exist. See --help`);
    return 2;
  }
  const started = Date.now();
  for (const [name, step] of Object.entries(STEPS)) {
    if (only && name !== only) continue;
    const status = runStep(name, step, name === 'stories' && only ? args.slice(2) : []);
    if (status !== 0) return status;
  }
  console.log(`\nall steps ok, ${((Date.now() - started) / 1000).toFixed(0)} s`);
  return 0;
}

function help(): number {
  console.log('npm test [-- --only STEP] [-- JEST ARGUMENTS after --only stories]\n');
  for (const [name, { says }] of Object.entries(STEPS)) console.log(`  ${name.padEnd(12)} ${says}`);
  return 0;
}

function runStep(name: string, { says, run: [program, ...args] }: Step, more: string[]): number {
  const env = environmentOf(name);
  const since = Date.now();
  console.log(`\n== ${name}: ${says}`);
  const { status, error } = spawnSync(program, [...args, ...more], { stdio: 'inherit', env });
  if (error) console.error(error.message);
  if (status === 0) console.log(`== ${name}: ok, ${((Date.now() - since) / 1000).toFixed(1)} s`);
  else console.error(`\n${name} failed`);
  return status ?? 1;
}

/**
 * Returns the environment with the programs that are not from npm: on PATH if scripts call them by name, otherwise
 * in a variable.
 */
function environmentOf(step: string): NodeJS.ProcessEnv {
  const env = { ...process.env };
  if (['containers', 'stories'].includes(step)) env.PATH += `:${dirname(findTool('openssl'))}`;
  if (step === 'stories') {
    env.PATH += `:${dirname(findTool('curl'))}`;
    env.CHROMIUM_PATH ||= findTool('chromium');
    env.GALLEY_REDIS_SERVER ||= findTool('redis-server');
    env.GALLEY_NGINX ||= findTool('nginx');
  }
  return env;
}

if (isMain(import.meta)) process.exitCode = test(process.argv.slice(2));
