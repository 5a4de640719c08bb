import { type FileEntity, withText } from './file-entity.ts';

type Row = Record<string, unknown>;
type Tables = Record<string, Row[]>;

/** Reads a Ghost export with JSON.parse, independently of the importer. Every column with a value is a field. */
export function readGhostFile(text: string): FileEntity[] {
  const file = JSON.parse(text) as { db?: { data?: Tables }[]; data?: Tables };
  const data = file.db?.[0]?.data ?? file.data ?? {};
  return Object.entries(data).flatMap(([table, rows]) =>
    (Array.isArray(rows) ? rows : []).map((row) => entityOf(table, row)),
  );
}

function entityOf(table: string, row: Row): FileEntity {
  const fields = Object.entries(row).map(([name, value]) => ({ name, value: shown(value) }));
  const id = shown(row['id']);
  return { role: 'row', kind: table, id, key: keyOf(table, row) || id, fields: withText(fields, true) };
}

/** Ids of rows are different on each server. */
function keyOf(table: string, row: Row): string {
  if (table === 'posts') return shown(row['uuid']) || shown(row['slug']);
  if (table === 'tags') return shown(row['slug']);
  return table === 'users' ? shown(row['email']).toLowerCase() : '';
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
