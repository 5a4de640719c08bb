import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Cache } from '../platform/cache/cache.js';
import type { Rendering } from '../platform/content/render.js';
import { Renderer } from '../platform/content/renderer.js';
import { Database } from '../platform/database/database.js';
import { AuthorsWriter } from './authors.writer.js';
import { ImportBatch } from './import-batch.js';
import { FeaturedImagesWriter } from './featured-images.writer.js';
import { formatOf } from './import-format.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { ImportRun } from './import-run.js';
import type { ImportFormat, ImportItem, ReadOptions } from './import.model.js';
import { readImport } from './import.reader.js';
import { type ImportReport, type Listing, Tally } from './import.report.js';
import { siteOf } from './site.js';
import type { ImportSource } from './import-source.js';
import { ListedInMemory } from './listed-in-memory.js';
import { PostsWriter } from './posts.writer.js';
import { SubpagesWriter } from './subpages.writer.js';
import { TagsWriter } from './tags.writer.js';

export interface WriteOptions {
  /** Imports everything and then rolls it back. */
  dryRun?: boolean;
  /** Aborts the import, which is then rolled back. */
  signal?: AbortSignal;
  /** Receives the listed items instead of the report, so that a file can have any number of them. */
  listing?: Listing;
  /**
   * The default renders on the event loop. A process that serves requests must pass a renderer that uses other
   * threads.
   */
  rendering?: Rendering;
}

export interface ImportOptions extends WriteOptions {
  /** The default is detected from the first bytes of the file. */
  format?: ImportFormat;
  /** Refuses a file with faults that the import would otherwise repair. */
  strict?: boolean;
  /** The host or URL of the site to which the posts belong. The default is in the file. */
  site?: string;
  /**
   * The default reads on the event loop. A process that serves requests must pass a reader that uses another
   * thread.
   */
  reading?: (options: ReadOptions & { format: ImportFormat }) => AsyncIterable<ImportItem>;
}

type Written = Omit<ImportReport, 'format'>;

const POLL_MS = 100;

/** Imports the content of another system: either the whole file or nothing. */
@Injectable()
export class ImportService {
  private readonly oneAtATime = pLimit(1);

  constructor(
    private readonly database: Database,
    private readonly keys: ImportKeysRepository,
    private readonly authors: AuthorsWriter,
    private readonly tags: TagsWriter,
    private readonly posts: PostsWriter,
    private readonly subpages: SubpagesWriter,
    private readonly featuredImages: FeaturedImagesWriter,
    private readonly cache: Cache,
    private readonly renderer: Renderer,
  ) {}

  /**
   * Imports a file in one transaction. Imports run one after another. Items of an earlier import are not changed.
   * @throws ImportFileError at the first fault of the file, and the reason with which `signal` was aborted
   */
  async run(source: ImportSource, options: ImportOptions = {}): Promise<ImportReport> {
    const format = await formatOf(source, options.format);
    const { strict, site, reading = (how: ReadOptions) => readImport(source, { ...how, format }) } = options;
    const written = await this.take(
      () => reading({ now: new Date(), format, strict, site: siteNamed(site) }),
      options,
    );
    return { format, ...written };
  }

  /**
   * Imports items that do not come from a file. An import that waits for another one of this process uses no
   * connection.
   */
  take(items: () => AsyncIterable<ImportItem>, options: WriteOptions = {}): Promise<Written> {
    return this.oneAtATime(() => this.database.transaction(() => this.writeAll(items(), options)));
  }

  private async writeAll(
    items: AsyncIterable<ImportItem>,
    { dryRun = false, signal, listing, rendering = this.renderer.here }: WriteOptions,
  ): Promise<Written> {
    signal?.throwIfAborted();
    await this.database.liftLimits();
    while (!(await this.keys.tryLock())) {
      await delay(POLL_MS);
      signal?.throwIfAborted();
    }
    if (dryRun) await this.keys.beginTrial();
    const listed = new ListedInMemory();
    const run = new ImportRun(new Tally(listing ?? listed), rendering);
    let batch = new ImportBatch();
    for await (const item of items) {
      signal?.throwIfAborted();
      if ('skipped' in item) run.tally.skipped(item.skipped);
      else if ('image' in item) run.images.set(item.image.key, item.image.url);
      else if ('repaired' in item) run.tally.repairs.push(item.repaired);
      else batch.add(item);
      if (!batch.isFull) continue;
      await this.write(batch, run);
      batch = new ImportBatch();
    }
    await this.write(batch, run);
    await this.subpages.write(run);
    await this.featuredImages.write(run);
    signal?.throwIfAborted();
    if (dryRun) await this.keys.takeBack();
    else await this.cache.invalidateAll();
    return { dryRun, ...run.tally.report(), items: listed.items, unlisted: listed.unlisted };
  }

  private async write({ authors, tags, posts }: ImportBatch, run: ImportRun): Promise<void> {
    await this.authors.write(authors, run);
    await this.tags.write(tags, run);
    await this.posts.write(posts, run);
  }
}

const siteNamed = (address: string | undefined) =>
  address === undefined ? undefined : (siteOf(address) ?? undefined);
