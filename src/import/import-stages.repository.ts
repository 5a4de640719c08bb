import { Injectable } from '@nestjs/common';
import type { BodyFile, FileNeeds } from '../platform/content/body-context.js';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { ImportedFile, PostAddresses } from './import.model.js';
import { inSlices } from './in-slices.js';

/** A new post that refers to other items of the export. */
export interface Reference {
  id: Id;
  kind: string;
  key: string;
  title: string;
  /** The length of the body and its HTML. */
  size: number;
  /** The addresses of the links that lead to the site of the export. */
  links: string[];
  /** The number of further links, because a post has too many. */
  unexamined: number;
  from?: PostAddresses;
  files: FileNeeds;
  /** What readers may miss in the HTML if the files are not found. */
  notes: string[];
}

const MOST_ROWS = 50;

/** The files of one post that a body can show. */
const MOST_FILES = 1000;

/** What an import must remember until it has read the whole file. */
@Injectable()
export class ImportStagesRepository {
  constructor(private readonly database: Database) {}

  async clear(): Promise<void> {
    await this.database.query(sql`DELETE FROM import_files`);
    await this.database.query(sql`DELETE FROM import_references`);
  }

  async addFiles(files: ImportedFile[]): Promise<void> {
    const [keys, parents] = [files.map(({ number }) => number), files.map(({ parent }) => parent)];
    const contents = files.map(({ file }) => JSON.stringify(file));
    await this.database.query(sql`
      INSERT INTO import_files (key, parent_key, position, file)
      SELECT * FROM unnest(${keys}::text[], ${parents}::text[], ${files.map(({ position }) => position)}::integer[],
        ${contents}::jsonb[])
      ON CONFLICT (key) DO NOTHING`);
  }

  async findFiles(numbers: string[]): Promise<Map<string, BodyFile>> {
    const files = new Map<string, BodyFile>();
    for (const some of inSlices(numbers)) {
      const rows = await this.database.query<{ key: string; file: BodyFile }>(
        sql`SELECT key, file FROM import_files WHERE key = ANY(${some})`,
      );
      for (const { key, file } of rows) files.set(key, file);
    }
    return files;
  }

  /** Returns the numbers of the files of a post, in order. */
  async findFilesOf(post: string): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(sql`
      SELECT key FROM import_files WHERE parent_key = ${post}
      ORDER BY position, length(key), key LIMIT ${MOST_FILES}`);
    return rows.map(({ key }) => key);
  }

  async addReferences(references: Reference[], first: number): Promise<void> {
    const positions = references.map((_, index) => first + index);
    await this.database.query(sql`
      INSERT INTO import_references (position, item)
      SELECT * FROM unnest(${positions}::integer[], ${references.map((one) => JSON.stringify(one))}::jsonb[])`);
  }

  /** Yields all references in order, a few at a time. */
  async *references(): AsyncGenerator<Reference[], void, void> {
    for (let last = -1; ;) {
      const rows = await this.database.query<{ position: number; item: Reference }>(sql`
        SELECT position, item FROM import_references WHERE position > ${last} ORDER BY position LIMIT ${MOST_ROWS}`);
      const end = rows.at(-1);
      if (!end) return;
      yield rows.map(({ item }) => item);
      last = end.position;
    }
  }
}
