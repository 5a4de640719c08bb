import type pg from 'pg';
import type { ImportReport } from '../../../src/import/import.report.js';
import type { Writer } from '../writer.ts';
import { compareShown, type ShownTexts } from './compare-shown.ts';
import type { FileEntity, FileField } from './file-entity.ts';
import { readGhostFile } from './ghost-file.ts';
import { isBroughtFromGhost } from './ghost-rules.ts';
import { readImported } from './imported.ts';
import { Listed } from './listed.ts';
import { isBroughtFromWxr } from './wxr-rules.ts';
import { readWxr } from './wxr-file.ts';

/** A field that is neither in the result nor in the report. */
export interface Gap {
  entity: FileEntity;
  field: FileField;
}

export interface Judgement {
  /** The format, or why the file was refused. */
  kind: string;
  posts: number;
  comments: number;
  fields: number;
  brought: number;
  listed: number;
  gaps: Gap[];
  /** The texts that the former system shows in another way. */
  shown: ShownTexts;
}

/** Compares each field of a file with what the API returns, and with the report. */
export async function judge(
  file: Buffer,
  report: ImportReport,
  { admin, pool }: { admin: Writer; pool: pg.Pool },
  program: string | undefined,
): Promise<Judgement> {
  const isGhost = report.format === 'ghost';
  const entities = isGhost ? readGhostFile(file.toString()) : readWxr(textOf(file));
  const found = await readImported(admin, pool, report, entities);
  const isBrought = isGhost ? isBroughtFromGhost : isBroughtFromWxr;
  const listed = new Listed(report, found.rows);
  const total = { fields: 0, brought: 0, listed: 0 };
  const gaps: Gap[] = [];
  for (const entity of entities) {
    for (const field of entity.fields) {
      total.fields += 1;
      if (isBrought(field, entity, found)) total.brought += 1;
      else if (listed.has(field, entity)) total.listed += 1;
      else gaps.push({ entity, field });
    }
  }
  const shown = await compareShown(entities, found, program);
  return {
    kind: report.format,
    posts: found.posts.size,
    comments: found.comments.size,
    ...total,
    gaps,
    shown,
  };
}

/** Bytes that are not UTF-8 are Windows-1252 in most files. */
function textOf(file: Buffer): string {
  const isUtf8 = Buffer.from(file.toString()).equals(file);
  const text = isUtf8 ? file.toString() : new TextDecoder('windows-1252').decode(file);
  return text.replace(/^\ufeff/, '');
}
