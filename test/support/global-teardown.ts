import { rm } from 'node:fs/promises';
import { running } from './test-server.ts';

export default async function tearDown(): Promise<void> {
  const { server, dataDir } = running.get();
  await server?.close();
  await rm(dataDir, { recursive: true, force: true });
}
