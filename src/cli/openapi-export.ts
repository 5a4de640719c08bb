import { writeFile } from 'node:fs/promises';
import { createApp } from '../app.setup.js';
import { loadConfig } from '../settings.js';
import { createOpenApiDocument } from '../platform/http/contract/openapi.js';

const VERSIONS = { '3.1': '3.1.0', '3.0': '3.0.3' } as const;

interface OpenApiExport {
  output?: string;
  openapi: keyof typeof VERSIONS;
}

/**
 * Writes the document. It requires no database and ignores the settings of the machine, so that the result is the
 * same everywhere.
 */
export async function openapiExport({ output, openapi }: OpenApiExport): Promise<void> {
  const secret = 'only used to build the document, signs nothing';
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    JWT_SECRET: secret,
    JWT_REFRESH_SECRET: secret,
    LOG_LEVEL: 'fatal',
  });
  const app = await createApp(config, 'command');
  const document = `${JSON.stringify(createOpenApiDocument(app, VERSIONS[openapi]), null, 2)}\n`;
  await app.close();
  if (output) await writeFile(output, document);
  else process.stdout.write(document);
}
