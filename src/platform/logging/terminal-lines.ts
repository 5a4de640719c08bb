import { Writable } from 'node:stream';

const COLOURS: Record<string, number> = { fatal: 31, error: 31, warn: 33, info: 32, debug: 36, trace: 90 };
const GREY = 90;

const coloured = (colour: number, text: string) => `\u001b[${colour}m${text}\u001b[39m`;

interface Entry {
  level: string;
  time: string;
  msg: string;
  err?: { stack?: string };
  [fact: string]: unknown;
}

/** Converts the JSON lines of the log to short colored lines for a terminal. */
export class TerminalLines extends Writable {
  constructor(private readonly terminal: NodeJS.WritableStream) {
    super({ decodeStrings: false });
  }

  override _write(line: Buffer | string, _encoding: string, done: () => void): void {
    this.terminal.write(describe(JSON.parse(String(line)) as Entry));
    done();
  }
}

function describe({ level, time, msg, err, ...facts }: Entry): string {
  const at = coloured(GREY, new Date(time).toTimeString().slice(0, 8));
  const what = msg === 'request' ? aboutRequest(facts) : [msg, listed(facts)].filter(Boolean).join(' ');
  const stack = err?.stack ? `\n${err.stack}` : '';
  return `${at} ${coloured(COLOURS[level] ?? GREY, level.padEnd(5))} ${what}${stack}\n`;
}

const aboutRequest = ({ method, url, path, status, duration }: Record<string, unknown>) =>
  `${String(method)} ${String(path ?? url)} ${String(status)} ${coloured(GREY, `${String(duration)} ms`)}`;

function listed(facts: Record<string, unknown>) {
  const pairs = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return pairs.length > 0 ? coloured(GREY, pairs.join(' ')) : '';
}
