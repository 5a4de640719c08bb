import type { Omitted, Repair } from '../import/import.model.js';
import { type GivenOptions, hintsOf } from '../import/import-hints.js';
import type { ImportReport } from '../import/import.report.js';
import type { ListedItem } from '../import/listed-item.js';
import type { ReasonGroup } from '../import/reason-groups.js';
import type { ListedItems } from './listed-items.js';
import { printable, printableJson } from './terminal-text.js';

const OUTCOMES = ['imported', 'present', 'skipped'] as const;
const HEADS = ['', 'imported', 'already present', 'skipped'];

/**
 * Prints the counts as a table, what was repaired, the reasons for which items were skipped or changed, and the fields for
 * which Galley has no place.
 * @param items every such item, if all of them are printed, too
 */
export async function printReport(
  name: string,
  report: ImportReport,
  items: ListedItems,
  isVerbose: boolean,
  given: GivenOptions,
): Promise<void> {
  const done = report.dryRun ? 'Dry run, nothing was imported from' : 'Imported';
  await print(`${done} ${printable(name)} (${report.format})\n\n`);
  const rows = Object.entries(report.counts).map(([kind, counts]) => [
    printable(kind),
    ...OUTCOMES.map((outcome) => String(counts[outcome])),
  ]);
  await print(table([HEADS, ...rows]));
  const { rewritten, kept } = report.links;
  if (rewritten + kept > 0)
    await print(`\nLinks between posts: ${rewritten} rewritten, ${kept} left as they are\n`);
  for (const hint of hintsOf(report, given, optionName)) await print(`\n${hint}\n`);
  if (report.repairs.length > 0)
    await print(`\nRepaired in the file\n\n${report.repairs.map(repair).join('')}`);
  if (items.count > 0) {
    await print(`\nSkipped or changed: ${items.count}\n\n${report.groups.map(group).join('')}`);
    if (isVerbose) await print('\n');
    else await print('\nThe option --verbose lists every item.\n');
    if (isVerbose) for await (const item of items) await print(line(item));
  }
  if (report.omitted.length > 0)
    await print(
      `\nNot imported, because Galley has no place for it\n\n${omissions(report, isVerbose).join('')}`,
    );
}

/** The report as one JSON object on one line. */
export async function printJson(
  report: ImportReport,
  items: ListedItems,
  given: GivenOptions,
): Promise<void> {
  const { items: _items, ...rest } = report;
  const hints = hintsOf(report, given, optionName);
  await print(`${printableJson(JSON.stringify({ ...rest, hints })).slice(0, -1)},"items":[`);
  let separator = '';
  for await (const item of items) {
    await print(separator + printableJson(JSON.stringify(item)));
    separator = ',';
  }
  await print(']}\n');
}

const optionName = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function table(rows: string[][]): string {
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => `${row.map(pad).join('  ')}\n`).join('');
}

const repair = ({ count, description, example, line, column }: Repair): string =>
  `${printable(`${count} × ${description}; the first one is ${example} in line ${line}, column ${column}`)}\n`;

/** Fields that only the other system requires are one line, unless everything is listed. */
function omissions({ omitted }: ImportReport, isVerbose: boolean): string[] {
  const content = omitted.filter(({ internal }) => isVerbose || !internal);
  const hidden = omitted.length - content.length;
  const lines = content.map(omission);
  return hidden === 0
    ? lines
    : [
        ...lines,
        `${hidden} ${hidden === 1 ? 'field' : 'fields'} that only the other system needs; --verbose lists them\n`,
      ];
}

const omission = ({ kind, field, count }: Omitted): string =>
  `${printable(`${count} × ${kind}: ${field}`)}\n`;

function group({ outcome, kind, reason, count, examples }: ReasonGroup): string {
  const shown = examples.map(
    (example) =>
      `    ${JSON.stringify(example.title)} (${example.key})${example.reason === reason ? '' : `: ${example.reason}`}`,
  );
  if (count > examples.length) shown.push(`    and ${count - examples.length} more`);
  const lines = [`${count} × ${outcome} ${kind}: ${reason}`, ...shown];
  return lines.map((text) => `${printable(text)}\n`).join('');
}

const line = ({ outcome, kind, key, title, reasons }: ListedItem): string =>
  `${printable(`${outcome} ${kind} ${JSON.stringify(title)} (${key}): ${reasons.join('; ')}`)}\n`;

/**
 * Waits for a slow reader, so that a long report does not accumulate in memory. If the reader has exited, the rest
 * is discarded.
 */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.stdout.writable) return resolve();
    process.stdout.write(text, (error) => (error && !isGone(error) ? reject(error) : resolve()));
  });
}

const isGone = (error: NodeJS.ErrnoException) => error.code === 'EPIPE';
process.stdout.on('error', () => undefined); // print() handles this error, too.
