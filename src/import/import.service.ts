import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Cache } from '../platform/cache/cache.js';
import type { Rendering } from '../platform/content/render.js';
import { Renderer } from '../platform/content/renderer.js';
import { Database } from '../platform/database/database.js';
import { AuthorsWriter } from './authors.writer.js';
import { ImportBatch } from './import-batch.js';
import { FeaturedImagesWriter } from './featured-images.writer.js';
import { OldSlugsWriter } from './old-slugs.writer.js';
import { formatOf } from './import-format.js';
import { importCompleted } from './import.audit.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { ImportStagesRepository } from './import-stages.repository.js';
import type { LinkTemplates } from './link-templates.js';
import { ReferencesWriter } from './references.writer.js';
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
  /** Is called once if another import has been running for a few seconds and this one still waits for it. */
  onWait?: () => void;
  /** Receives the listed items instead of the report, so that a file can have any number of them. */
  listing?: Listing;
  /**
   * The default renders on the event loop. A process that serves requests must pass a renderer that uses other
   * threads.
   */
  rendering?: Rendering;
  /** The new addresses of posts, to which links lead. Without them, such links stay as they are and are listed. */
  links?: LinkTemplates;
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
const WAIT_NOTICE_MS = 3000;

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
    private readonly oldSlugs: OldSlugsWriter,
    private readonly references: ReferencesWriter,
    private readonly stages: ImportStagesRepository,
    private readonly cache: Cache,
    private readonly renderer: Renderer,
    private readonly audit: AuditLog,
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
    { dryRun = false, signal, onWait, listing, rendering = this.renderer.here, links }: WriteOptions,
  ): Promise<Written> {
    signal?.throwIfAborted();
    await this.database.liftLimits();
    await this.lock(signal, onWait);
    if (dryRun) await this.keys.beginTrial();
    const listed = new ListedInMemory();
    const run = new ImportRun(new Tally(listing ?? listed), rendering, links, signal);
    let batch = new ImportBatch();
    for await (const item of items) {
      signal?.throwIfAborted();
      if ('skipped' in item) run.tally.skipped(item.skipped);
      else if ('omitted' in item) run.tally.omitted.push(item.omitted);
      else if ('repaired' in item) run.tally.repairs.push(item.repaired);
      else batch.add(item);
      if (!batch.isFull) continue;
      await this.write(batch, run);
      batch = new ImportBatch();
    }
    await this.write(batch, run);
    await this.subpages.write(run);
    await this.featuredImages.write(run);
    await this.oldSlugs.write(run);
    await this.references.write(run);
    await this.stages.clear();
    signal?.throwIfAborted();
    const report = run.tally.report();
    await this.audit.record(importCompleted(report));
    if (dryRun) await this.keys.takeBack();
    else await this.cache.invalidateAll();
    return { dryRun, ...report, items: listed.items, unlisted: listed.unlisted };
  }

  private async lock(signal?: AbortSignal, onWait?: () => void): Promise<void> {
    let notice = onWait;
    for (let waited = 0; !(await this.keys.tryLock()); waited += POLL_MS) {
      if (waited >= WAIT_NOTICE_MS) {
        notice?.();
        notice = undefined;
      }
      await delay(POLL_MS);
      signal?.throwIfAborted();
    }
  }

  private async write({ authors, tags, posts, files }: ImportBatch, run: ImportRun): Promise<void> {
    for (const { key, file } of files) run.images.set(key, file.url);
    if (files.length > 0) await this.stages.addFiles(files);
    await this.authors.write(authors, run);
    await this.tags.write(tags, run);
    await this.posts.write(posts, run);
  }
}

const siteNamed = (address: string | undefined) =>
  address === undefined ? undefined : (siteOf(address) ?? undefined);
