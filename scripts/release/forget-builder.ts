/**
 * Removes what differs between builds from an image that `buildah push … dir:FOLDER` has written: the names of the
 * containers and of the steps that built it. The layers do not change.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from '../tools/main.ts';

interface Manifest {
  config: { digest: string; size: number };
}

/** The fields of an image configuration that differ between builds. */
interface ImageConfiguration {
  container?: string;
  container_config?: object;
  parent?: string;
  config: { Hostname?: string };
  history: { comment?: string }[];
}

export function forgetBuilder(folder: string): void {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const manifest = read('manifest.json') as Manifest;
  const before = manifest.config.digest.replace('sha256:', '');
  const image = read(before) as ImageConfiguration;
  for (const key of ['container', 'container_config', 'parent'] as const) delete image[key];
  delete image.config.Hostname;
  for (const step of image.history) delete step.comment;

  const text = JSON.stringify(image);
  const after = createHash('sha256').update(text).digest('hex');
  rmSync(join(folder, before));
  writeFileSync(join(folder, after), text);
  manifest.config = { ...manifest.config, digest: `sha256:${after}`, size: Buffer.byteLength(text) };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

if (isMain(import.meta)) forgetBuilder(process.argv[2] ?? '.');
