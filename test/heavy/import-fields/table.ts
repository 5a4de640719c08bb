import type { Row } from '../import-fields.ts';
import type { Gap, Judgement } from './judge.ts';

const MOST_EXAMPLES = 2;

export const printHead = () =>
  console.log(
    `${'file'.padEnd(60)} posts comments fields brought listed unexplained texts explained unexplained second-import moved`,
  );

export function printRow(row: Row): void {
  const { name, kind, posts, comments, fields, brought, listed, shown, again, doubled } = row;
  if (fields === 0) return console.log(`${name.slice(0, 59).padEnd(60)} ${kind}`);
  const numbers = [posts, comments, fields, brought, listed, fields - brought - listed, shown.compared];
  const unexplained = shown.different.filter(({ why }) => why === undefined).length;
  numbers.push(shown.different.length - unexplained, unexplained);
  const cells = numbers.map((number, column) =>
    String(number).padStart([5, 8, 6, 7, 6, 11, 5, 9, 11][column] ?? 0),
  );
  const changed = again.length > 0 ? again.join(',') : 'same';
  const moved = doubled.length > 0 ? doubled.join(',') : 'same';
  console.log([name.slice(0, 59).padEnd(60), ...cells, changed.padStart(13), moved].join(' '));
}

/** Prints what is unexplained, grouped by the name of the field. */
export function printGaps({ gaps }: Judgement): void {
  const groups = Map.groupBy(gaps, ({ entity, field }) => `${entity.kind} ${field.name}`);
  for (const [name, some] of [...groups].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`    ${some.length} × ${name}: ${some.slice(0, MOST_EXAMPLES).map(example).join(' | ')}`);
  }
}

/** Prints the texts that are shown in another way. */
export function printShown({ shown }: Judgement): void {
  for (const { title, differences, reasons, why } of shown.different) {
    console.log(`    ~ ${why ?? 'UNEXPLAINED'}: ${title.slice(0, 60)} [${reasons.join('; ').slice(0, 300)}]`);
    for (const { kind, lost, added } of differences)
      console.log(`      ${kind} lost ${quoted(lost)} added ${quoted(added)}`);
  }
}

const quoted = (texts: string[]) => JSON.stringify(texts.map((text) => text.slice(0, 90))).slice(0, 500);

const example = ({ entity, field }: Gap) =>
  `${JSON.stringify(field.value.trim().slice(0, 60))} (${entity.key})`;
