import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.js';
import { AuthorsWriter } from './authors.writer.js';
import { ImportBatch } from './import-batch.js';
import { formatOf } from './import-format.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { ImportRun } from './import-run.js';
import type { ImportFormat } from './import.model.js';
import { readImport } from './import.reader.js';
import { type ImportReport, type ListedItem, type Listing, Tally } from './import.report.js';
import type { ImportSource } from './import-source.js';
import { PostsWriter } from './posts.writer.js';
import { TagsWriter } from './tags.writer.js';

export interface ImportOptions {
  /** Found from the file's first bytes if absent. */
  format?: ImportFormat;
  /** Does everything and takes it back. */
  dryRun?: boolean;
  /** Ends the import; nothing of it stays. */
  signal?: AbortSignal;
  /** Takes the listed items in place of the report, for a file of any size. */
  listing?: Listing;
}

const POLL_MS = 100;

/** Takes over the content of another system: all of a file, or nothing. */
@Injectable()
export class ImportService {
  constructor(
    private readonly database: Database,
    private readonly keys: ImportKeysRepository,
    private readonly authors: AuthorsWriter,
    private readonly tags: TagsWriter,
    private readonly posts: PostsWriter,
  ) {}

  /**
   * Imports in one transaction; imports go one after another. What came with an earlier one is left as it is.
   * @throws ImportFileError at the first fault of the file, and whatever `signal` was aborted with
   */
  async run(source: ImportSource, options: ImportOptions = {}): Promise<ImportReport> {
    const format = await formatOf(source, options.format);
    return this.database.transaction((tx) => this.import(source, format, options, tx));
  }

  private async import(
    source: ImportSource,
    format: ImportFormat,
    { dryRun = false, signal, listing }: ImportOptions,
    tx: Transaction,
  ): Promise<ImportReport> {
    await tx.liftLimits();
    while (!(await this.keys.tryLock(tx))) {
      await delay(POLL_MS);
      signal?.throwIfAborted();
    }
    if (dryRun) await this.keys.beginTrial(tx);
    const items = new Items();
    const run = new ImportRun(tx, new Tally(listing ?? items));
    let batch = new ImportBatch();
    for await (const item of readImport(source, { now: new Date(), format })) {
      signal?.throwIfAborted();
      if ('skipped' in item) run.tally.skipped(item.skipped);
      else batch.add(item);
      if (!batch.isFull) continue;
      await this.write(batch, run);
      batch = new ImportBatch();
    }
    await this.write(batch, run);
    signal?.throwIfAborted();
    if (dryRun) await this.keys.takeBack(tx);
    return { format, dryRun, counts: run.tally.counts(), items: items.all };
  }

  private async write({ authors, tags, posts }: ImportBatch, run: ImportRun): Promise<void> {
    await this.authors.write(authors, run);
    await this.tags.write(tags, run);
    await this.posts.write(posts, run);
  }
}

class Items implements Listing {
  all: ListedItem[] = [];

  add(item: ListedItem): void {
    this.all.push(item);
  }

  clear(): void {
    this.all = [];
  }
}
