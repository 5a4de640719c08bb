import { Command, Option } from 'commander';
import { configCheck } from './config-check.js';
import { doctorCommand } from './doctor.js';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { migrateCheck } from './migrate-check.js';
import { migrateCommand } from './migrate.js';
import { openapiExport } from './openapi-export.js';
import { runCommand } from './run-command.js';
import { secretsGenerate } from './secrets-generate.js';
import { seedCommand } from './seed/seed.js';
import { userCreate } from './user-create.js';

const program = new Command('galley').description('A self-hosted publishing API').showHelpAfterError();

program
  .command('migrate')
  .description('Bring the schema of the database up to date; 0 also when there is nothing to do')
  .option('--wait <seconds>', 'how long to wait while another migrates', '60')
  .action(runCommand(migrateCommand));

program
  .command('migrate:check')
  .description(
    'Compare code and database: 0 when this code may run on it, 3 when it is behind, 4 below the floor',
  )
  .option('--json', 'print the comparison as one line of JSON')
  .action(runCommand(migrateCheck));

program
  .command('config:check')
  .description('Check the environment and print the configuration, secrets hidden')
  .option('--strict', 'treat misspelt settings, and those of parts that Galley does not have, as faults')
  .action(runCommand(configCheck));

program
  .command('doctor')
  .description('Examine a running deployment: readiness, release, schema, PostgreSQL, Redis, metrics')
  .option('--url <url>', 'address of the server; default: this machine at PORT')
  .option('--series <names...>', 'series that /metrics has to have')
  .option('--json', 'print the findings as JSON')
  .action(runCommand(doctorCommand));

program
  .command('secrets:generate')
  .description('Print fresh secrets for an .env file; scripts/make-secrets also makes those of the servers')
  .option('--json', 'print them as one JSON object')
  .action(runCommand(secretsGenerate));

program
  .command('user:create')
  .description('Create an account; the password is asked for twice, or read from standard input')
  .requiredOption('--email <address>', 'e-mail address')
  .option('--name <name>', 'name shown to others; the address up to the @ if absent')
  .option('--role <role>', 'user, author, editor or admin', 'author')
  .action(runCommand(userCreate));

program
  .command('import')
  .description('Take over a WordPress (WXR), Ghost (JSON) or Galley (NDJSON) export: all of it, or nothing')
  .argument('<file>', 'the export; - reads standard input')
  .option('--format <format>', 'wordpress, ghost or galley; found from the file if absent')
  .option('--dry-run', 'do everything, report, and take it back')
  .option('--json', 'print the report as JSON')
  .action(runCommand(importCommand));

program
  .command('export')
  .description(
    'Write all posts, pages and comments as lines of JSON, for `galley import` or any other reader',
  )
  .option('--output <file>', 'file to write; standard output if absent')
  .option('--emails', 'with the e-mail addresses of authors, so that an import finds their accounts')
  .action(runCommand(exportCommand));

program
  .command('seed')
  .description('Fill the database with made-up posts, the same each time; not in production')
  .option('--posts <n>', 'how many', '200')
  .action(runCommand(seedCommand));

program
  .command('openapi:export')
  .description('Write the OpenAPI document to standard output, or to a file')
  .option('--output <file>', 'file to write')
  .addOption(
    new Option('--openapi <version>', 'version of OpenAPI; 3.0 for generators that need it')
      .choices(['3.1', '3.0'])
      .default('3.1'),
  )
  .action(runCommand(openapiExport));

await program.parseAsync();
