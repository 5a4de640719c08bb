/**
 * Takes out of an image, as `buildah push … dir:FOLDER` wrote it, what tells one build from the next: the names of the
 * containers that built it and of the steps that it was built from. Layers stay as they are.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const before = manifest.config.digest.replace('sha256:', '');
const image = JSON.parse(readFileSync(join(folder, before), 'utf8'));
for (const key of ['container', 'container_config', 'parent']) delete image[key];
delete image.config.Hostname;
for (const step of image.history) delete step.comment;

const text = JSON.stringify(image);
const after = createHash('sha256').update(text).digest('hex');
rmSync(join(folder, before));
writeFileSync(join(folder, after), text);
manifest.config = { ...manifest.config, digest: `sha256:${after}`, size: Buffer.byteLength(text) };
writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
