import { ImportFileError } from '../import/import.errors.js';
import { formatOf } from '../import/import-format.js';
import { IMPORT_FORMATS, type ImportFormat, isImportFormat } from '../import/import.model.js';
import { linkTemplates, templateFault } from '../import/link-templates.js';
import { siteOf } from '../import/site.js';
import { ImportService } from '../import/import.service.js';
import { readBeside } from '../import/reading/read-beside.js';
import { readDescriptor } from '../platform/http/bodies/read-descriptor.js';
import { SpooledFile } from '../platform/http/bodies/spooled-file.js';
import { CommandError } from './command-error.js';
import { type ImportFile, importFile } from './import-file.js';
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
  postLinks?: string;
  pageLinks?: string;
}

/** Imports the content of a WordPress, Ghost or Galley export in one transaction. */
export async function importCommand(name: string, options: Options): Promise<void> {
  if (options.format !== undefined && !isImportFormat(options.format))
    throw new CommandError(`--format must be one of ${IMPORT_FORMATS.join(', ')}`);
  if (options.site !== undefined && !siteOf(options.site))
    throw new CommandError('--site must be the host or the URL of a site, for example blog.example');
  for (const [name, template] of [
    ['--post-links', options.postLinks],
    ['--page-links', options.pageLinks],
  ] as const) {
    const fault = template === undefined ? undefined : templateFault(template);
    if (fault !== undefined) throw new CommandError(`${name} ${fault}`);
  }
  collectGarbageSooner();
  const stop = stopSignals('Stopped. Nothing was imported.'); // The first Ctrl-C rolls the import back.
  try {
    await run(name, options.format, options, stop.signal);
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
  }
}

async function run(
  name: string,
  wanted: ImportFormat | undefined,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const file = await importFile(name, signal);
  const list = await SpooledFile.create();
  try {
    await importAndPrint(name, file, wanted, options, list, signal);
  } finally {
    await Promise.all([file.close(), list.close()]);
  }
}

async function importAndPrint(
  name: string,
  file: ImportFile,
  wanted: ImportFormat | undefined,
  { dryRun, strict, json, verbose = false, site, postLinks, pageLinks }: Options,
  list: SpooledFile,
  signal: AbortSignal,
): Promise<void> {
  const { descriptor } = file;
  const source = () => readDescriptor(descriptor);
  const format = await formatOf(source, wanted); // Check this before a database is started.
  const listing = new ListedItems(list.descriptor);
  const links = linkTemplates(postLinks, pageLinks);
  const progress = new ImportProgress(file.size, format);
  const report = await withApp(
    async (app) => {
      progress.start();
      try {
        return await app.get(ImportService).run(source, {
          ...{ format, dryRun, strict, site, links, signal, listing },
          onWait: () => console.error('Another import is running. This one waits for its end.'),
          // A signal cannot interrupt this thread in the middle of a long item.
          reading: (how) =>
            readBeside(
              { ...how, descriptor },
              { signal, isAlone: true, onRead: (bytes) => progress.add(bytes) },
            ),
        });
      } finally {
        progress.stop();
      }
    },
    // An import may take any time, so there is no statement timeout. Standard output contains only the report, so
    // there are no log lines.
    (config) => config.with({ DATABASE_STATEMENT_TIMEOUT_MS: 0, LOG_LEVEL: 'error' }),
  );
  const given = { format, site, postLinks, pageLinks };
  await (json ? printJson(report, listing, given) : printReport(name, report, listing, verbose, given));
}
