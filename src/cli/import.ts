import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportFileError } from '../import/import.errors.js';
import { formatOf } from '../import/import-format.js';
import { IMPORT_FORMATS, type ImportFormat, isImportFormat } from '../import/import.model.js';
import { siteOf } from '../import/site.js';
import { fileSource } from '../import/import-source.js';
import { ImportService } from '../import/import.service.js';
import { CommandError } from './command-error.js';
import { importFile } from './import-file.js';
import { printJson, printReport } from './import-printer.js';
import { ImportProgress } from './import-progress.js';
import { ListedItems } from './listed-items.js';
import { collectGarbageSooner } from './small-heap.js';
import { stopSignals } from './stop-signals.js';
import { withApp } from './with-app.js';

interface Options {
  format?: string;
  dryRun?: boolean;
  strict?: boolean;
  json?: boolean;
  verbose?: boolean;
  site?: string;
}

/** Imports the content of a WordPress, Ghost or Galley export in one transaction. */
export async function importCommand(name: string, options: Options): Promise<void> {
  if (options.format !== undefined && !isImportFormat(options.format))
    throw new CommandError(`--format must be one of ${IMPORT_FORMATS.join(', ')}`);
  if (options.site !== undefined && !siteOf(options.site))
    throw new CommandError('--site must be the host or the URL of a site, for example blog.example');
  collectGarbageSooner();
  const folder = await mkdtemp(join(tmpdir(), 'galley-import-'));
  const stop = stopSignals('Stopped. Nothing was imported.'); // The first Ctrl-C rolls the import back.
  try {
    await run(name, options.format, options, folder, stop.signal);
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    throw new CommandError(
      `${name === '-' ? 'Standard input' : name}: ${error.message}. Nothing was imported.`,
      {
        cause: error,
      },
    );
  } finally {
    stop.forget();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  name: string,
  wanted: ImportFormat | undefined,
  { dryRun, strict, json, verbose = false, site }: Options,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const file = await importFile(name, folder);
  const source = fileSource(file.path);
  const format = await formatOf(source, wanted); // Check this before a database is started.
  const listing = new ListedItems(join(folder, 'listing'));
  const progress = new ImportProgress(file.size, format);
  const report = await withApp(
    async (app) => {
      progress.start();
      try {
        return await app
          .get(ImportService)
          .run(progress.watch(source), { format, dryRun, strict, site, signal, listing });
      } finally {
        progress.stop();
      }
    },
    // An import may take any time, so there is no statement timeout. Standard output contains only the report, so
    // there are no log lines.
    (config) => config.with({ DATABASE_STATEMENT_TIMEOUT_MS: 0, LOG_LEVEL: 'error' }),
  );
  await (json ? printJson(report, listing) : printReport(name, report, listing, verbose));
}
