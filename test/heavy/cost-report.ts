import type { Shape } from './list-shapes.ts';
import type { Statement } from './list-statement.ts';

/** A measured statement. */
export interface Row extends Shape {
  list: string;
  caller: string;
  ms: number;
  statement: Statement;
}

export const milliseconds = (value: number): string => value.toFixed(1);

/** Returns one line for each list and class of filters, with the median, the maximum and the bounds. */
export function tableOf(rows: Row[]): string[] {
  const classes = Map.groupBy(
    rows,
    ({ list, q, filter }) => `${list} | ${q === 'no q' ? filter : `q: ${q}`}`,
  );
  const lines = [
    '| list | class | combinations | median ms | worst ms | the worst of it | bounds of its own |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const [name, all] of classes) {
    const sorted = all.toSorted((a, b) => a.ms - b.ms);
    const [last, middle] = [sorted.at(-1), sorted[all.length >> 1]];
    if (!last || !middle) continue;
    const { ms: worst, caller, filter, sort, page } = last;
    lines.push(
      `| ${name} | ${all.length} | ${milliseconds(middle.ms)} | ${milliseconds(worst)} | ${caller}, ${filter}, ${sort}, ${page} | ${boundOf(all)} |`,
    );
  }
  return lines;
}

const boundOf = (rows: Row[]) => rows.find(({ statement }) => statement.bound)?.statement.bound || '';

/** Returns the most expensive statement without a search, and the most expensive one with a search. */
export function dearest(rows: Row[]): Row[] {
  const byCost = rows.toSorted((a, b) => b.ms - a.ms);
  return [byCost.find(({ q }) => q === 'no q'), byCost.find(({ q }) => q !== 'no q')].filter(
    (row) => row !== undefined,
  );
}
