import { Command, Option } from 'commander';
import { auditErase } from './audit-erase.js';
import { configCheck } from './config-check.js';
import { doctorCommand } from './doctor.js';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { keyRotate } from './key-rotate.js';
import { mailTest } from './mail-test.js';
import { migrateCheck } from './migrate-check.js';
import { migrateCommand } from './migrate.js';
import { openapiExport } from './openapi-export.js';
import { reading, writing } from './run-command.js';
import { secretsGenerate } from './secrets-generate.js';
import { seedCommand } from './seed/seed.js';
import { userCreate } from './user-create.js';

const program = new Command('galley').description('A self-hosted publishing API').showHelpAfterError();

program
  .command('migrate')
  .description('Apply all pending migrations to the database. Exits with 0 if the schema is up to date')
  .option('--wait <seconds>', 'maximum time to wait for another migration that is running', '60')
  .action(writing(migrateCommand));

program
  .command('migrate:check')
  .description(
    'Compare the migrations of this release with the database. Exits with 0 if this release can run, 3 if migrations are pending, 4 if the database requires a newer release',
  )
  .option('--json', 'print the result as one line of JSON')
  .action(reading(migrateCheck));

program
  .command('config:check')
  .description('Validate the settings and print the configuration without secrets')
  .option('--strict', 'fail on misspelt settings and on settings of features that Galley does not have')
  .action(reading(configCheck));

program
  .command('doctor')
  .description(
    'Check a running deployment: readiness, release, metrics, schema, PostgreSQL, email addresses, audit log, jobs and Redis',
  )
  .option('--url <url>', 'URL of the server (default: http://localhost with PORT)')
  .option('--series <names...>', 'series that /metrics must contain')
  .option(
    '--audit-head <heads...>',
    'heads of the audit log, as an earlier run or the log showed them, that must still be part of it',
  )
  .option('--json', 'print the results as JSON')
  .action(reading(doctorCommand));

program
  .command('mail:test')
  .description(
    'Send a test message with the settings of this deployment, and print the response of the server',
  )
  .argument('<address>', 'email address of the recipient')
  .action(reading(mailTest));

program
  .command('audit:erase')
  .description(
    'Remove the personal data of an account from the audit log: the addresses it used, and what was changed in it',
  )
  .requiredOption('--user <id>', 'id of the account')
  .action(writing(auditErase));

program
  .command('secrets:generate')
  .description(
    'Print new secrets for an .env file. scripts/make-secrets also creates the secrets of PostgreSQL and Redis',
  )
  .option('--json', 'print the secrets as one JSON object')
  .action(reading(secretsGenerate));

program
  .command('key:rotate')
  .description(
    'Encrypt all stored secrets again with ENCRYPTION_KEY, so that ENCRYPTION_KEY_PREVIOUS is no longer required. Run it after all processes have the new key. You can repeat it',
  )
  .action(writing(keyRotate));

program
  .command('user:create')
  .description(
    'Create an account. Prompts for the password on a terminal, otherwise reads it from standard input',
  )
  .requiredOption('--email <address>', 'email address')
  .option('--name <name>', 'display name (default: the part of the email address before the @)')
  .option('--role <role>', 'role of the account: user, author, editor or admin', 'author')
  .action(writing(userCreate));

program
  .command('import')
  .description(
    'Import a WordPress (WXR), Ghost (JSON) or Galley (NDJSON) export. Imports the whole file, or nothing',
  )
  .argument('<file>', 'file to import, or - for standard input')
  .option(
    '--format <format>',
    'format of the file: wordpress, ghost or galley (default: detected from the file)',
  )
  .option('--dry-run', 'run the import, print the report and roll back all changes')
  .option('--strict', 'refuse a file with faults that the import would otherwise repair and list')
  .option(
    '--site <host>',
    'host or URL of the site to which the posts belong (default: named in the file), for a site that has moved',
  )
  .option(
    '--post-links <template>',
    'address of a post in your front end with {slug} or {id}, to which links between posts then lead',
  )
  .option('--page-links <template>', 'the same for pages (default: that of posts)')
  .option('--verbose', 'also print every item that was skipped or changed')
  .option('--json', 'print the report as JSON')
  .action(writing(importCommand));

program
  .command('export')
  .description('Export all posts, pages and comments as lines of JSON, for `galley import` or other programs')
  .option('--output <file>', 'file to write (default: standard output)')
  .option('--emails', "include the authors' email addresses, so that an import can match existing accounts")
  .action(reading(exportCommand));

program
  .command('seed')
  .description(
    'Fill the database with sample posts, which are the same in every run. Does not run in production',
  )
  .option('--posts <n>', 'number of posts', '200')
  .action(writing(seedCommand));

program
  .command('openapi:export')
  .description('Write the OpenAPI document to standard output or to a file')
  .option('--output <file>', 'file to write (default: standard output)')
  .addOption(
    new Option('--openapi <version>', 'OpenAPI version. Use 3.0 for generators that do not support 3.1')
      .choices(['3.1', '3.0'])
      .default('3.1'),
  )
  .action(reading(openapiExport));

await program.parseAsync();
