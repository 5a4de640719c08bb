import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino } from 'pino';
import type { ProcessSettings } from '../config/process.settings.js';
import type { LoggingSettings } from './logging.settings.js';
import { TerminalLines } from './terminal-lines.js';

/** The values of these names never reach the log, up to two levels deep. */
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'password',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
];
const REDACTED = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * Writes JSON lines to standard output: `level, time (RFC 3339), msg` and facts. In development on a terminal, it
 * writes short colored lines.
 * `error` means that an operator must act immediately.
 */
export class Logger implements LoggerService {
  private readonly pino: Pino;
  private readonly plain: Pino;

  constructor(
    config: LoggingSettings & Pick<ProcessSettings, 'NODE_ENV'>,
    destination?: NodeJS.WritableStream,
  ) {
    this.pino = pino(
      {
        level: config.LOG_LEVEL,
        base: undefined,
        timestamp,
        formatters: { level: (label) => ({ level: label }) },
        redact: { paths: REDACTED, censor: '[redacted]' },
        serializers: { err: describeError },
      },
      destination ?? defaultDestination(config),
    );
    this.plain = this.pino.child({}, { redact: [] });
  }

  /**
   * Writes a line whose facts are listed individually and contain no secret, so that it is not searched for
   * secrets.
   */
  request(level: 'info' | 'debug', facts: object): void {
    this.plain[level](facts, 'request');
  }

  info(facts: object, message: string): void {
    this.pino.info(facts, message);
  }

  log(message: unknown, ...context: unknown[]): void {
    this.pino.debug({ context: context.at(-1) }, String(message));
  }

  error(messageOrFacts: unknown, ...rest: unknown[]): void {
    this.write('error', messageOrFacts, rest);
  }

  warn(messageOrFacts: unknown, ...rest: unknown[]): void {
    this.write('warn', messageOrFacts, rest);
  }

  debug(messageOrFacts: unknown, ...rest: unknown[]): void {
    this.write('debug', messageOrFacts, rest);
  }

  fatal(messageOrFacts: unknown, ...rest: unknown[]): void {
    this.write('fatal', messageOrFacts, rest);
  }

  /** Galley's own calls pass facts and a message. Nest's calls pass a message and its context. */
  private write(level: 'fatal' | 'error' | 'warn' | 'debug', first: unknown, rest: unknown[]): void {
    if (first instanceof Error) this.pino[level]({ err: first }, first.message);
    else if (typeof first === 'object' && first !== null)
      this.pino[level](first, typeof rest[0] === 'string' ? rest[0] : '');
    else this.pino[level]({ context: rest.at(-1) }, String(first));
  }
}

let [lastMs, lastTime] = [0, ''];

/** Under load, many lines have the same millisecond. */
function timestamp(): string {
  const now = Date.now();
  if (now !== lastMs) [lastMs, lastTime] = [now, `,"time":"${new Date(now).toISOString()}"`];
  return lastTime;
}

const defaultDestination = ({ NODE_ENV }: Pick<ProcessSettings, 'NODE_ENV'>) =>
  NODE_ENV === 'development' && process.stdout.isTTY
    ? new TerminalLines(process.stdout)
    : (standardOutput ??= openStandardOutput());

let standardOutput: ReturnType<typeof pino.destination> | undefined;

/**
 * Requests do not wait for their lines. Under load, several lines are written together (measured: a seventh more
 * requests). Every end of the process except SIGKILL writes the rest first.
 */
function openStandardOutput() {
  const output = pino.destination({ dest: 1, sync: false });
  process.on('exit', () => output.flushSync());
  return output;
}

/**
 * Returns type, message and stack. For a database error, it returns the SQLSTATE, never the statement, parameters
 * or row.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  return { type: error.name, message: error.message, code, constraint, stack: error.stack };
}
