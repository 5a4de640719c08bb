import { Command } from 'commander';
import { configCheck } from './config-check.js';
import { importCommand } from './import.js';
import { migrateCommand } from './migrate.js';
import { openapiExport } from './openapi-export.js';
import { runCommand } from './run-command.js';
import { secretsGenerate } from './secrets-generate.js';
import { userCreate } from './user-create.js';

const program = new Command('galley').description('A self-hosted publishing API').showHelpAfterError();

program
  .command('migrate')
  .description('Bring the schema of the database up to date')
  .action(runCommand(migrateCommand));

program
  .command('config:check')
  .description('Check the environment and print the configuration, secrets hidden')
  .action(runCommand(configCheck));

program
  .command('secrets:generate')
  .description('Print fresh secrets for an .env file; scripts/make-secrets also makes those of the servers')
  .option('--json', 'print them as one JSON object')
  .action(runCommand(secretsGenerate));

program
  .command('user:create')
  .description('Make an account; the password is asked for, or read from standard input')
  .requiredOption('--email <address>', 'e-mail address')
  .option('--name <name>', 'name shown to others; the address up to the @ if absent')
  .option('--role <role>', 'user, author, editor or admin', 'author')
  .action(runCommand(userCreate));

program
  .command('import')
  .description('Take over a WordPress (WXR) or Ghost (JSON) export: all of it, or nothing')
  .argument('<file>', 'the export; - reads standard input')
  .option('--format <format>', 'wordpress or ghost; found from the file if absent')
  .option('--dry-run', 'do everything, report, and take it back')
  .option('--json', 'print the report as JSON')
  .action(runCommand(importCommand));

program
  .command('openapi:export')
  .description('Write the OpenAPI document to standard output, or to a file')
  .option('--output <file>', 'file to write')
  .action(runCommand(openapiExport));

await program.parseAsync();
