import { redact } from './redact.ts';

const MOST = 400;
const LISTED = 3;
/** Lines that follow the reason: frames of a stack, and what Node prints after an uncaught error. */
const NOISE = /^\s*(at |\^|Node\.js v\d|\[?Symbol|}|node:internal|npm (ERR|error))/;
const ERROR = /^(?:Uncaught )?(?:[\w.]*(?:Error|Exception)\b.*?: |fatal\b|panic: )/i;

interface Line {
  level?: unknown;
  msg?: unknown;
  detail?: unknown;
  err?: { message?: unknown };
}

/**
 * Returns the part of a log that states why the process ended, in one line: the last error of a log of JSON lines,
 * a list of faults, an uncaught error, or otherwise the last line.
 */
export function lastWords(log: string): string | undefined {
  const lines = redact(log)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter(Boolean);
  const json = lines.map(parsed);
  const fatal = json.findLast((line) => line && isError(line.level)) ?? undefined;
  const text = fatal ? textOf(fatal) : undefined;
  const said = reasonIn(text ? text.split('\n').filter((line) => line.trim()) : lines);
  return said && (said.length > MOST ? `${said.slice(0, MOST)}…` : said);
}

function parsed(line: string): Line | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Line;
  } catch {
    return undefined;
  }
}

const isError = (level: unknown) =>
  typeof level === 'number' ? level >= 50 : ['error', 'fatal'].includes(String(level));

function textOf({ detail, msg, err }: Line): string | undefined {
  const said = typeof detail === 'string' ? detail : typeof msg === 'string' ? msg : undefined;
  const why = typeof err?.message === 'string' ? err.message : undefined;
  if (!said || !why) return said ?? why;
  return said.includes(why) ? said : `${said}: ${why}`;
}

function reasonIn(lines: string[]): string | undefined {
  const list = listAtEnd(lines);
  if (list) return list;
  const telling = lines.filter((line) => !NOISE.test(line));
  const found = telling.findLast((line) => ERROR.test(line.trim())) ?? telling.at(-1) ?? lines.at(-1);
  const line = found && parsed(found);
  return (line && textOf(line)) ?? found?.trim();
}

/** Joins the items of a list that ends the text: a line with a colon, and then only indented lines. */
function listAtEnd(lines: string[]): string | undefined {
  const head = lines.findLastIndex((line) => !/^\s/.test(line));
  const items = lines.slice(head + 1).map((line) => line.trim());
  if (head < 0 || items.length === 0 || !lines[head]?.endsWith(':') || items.some((line) => NOISE.test(line)))
    return undefined;
  const more = items.length > LISTED ? `; and ${items.length - LISTED} more` : '';
  return items.slice(0, LISTED).join('; ') + more;
}
