import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { findTool } from '../../../scripts/tools/debian-tools.ts';

/** What the library feedparser of Python reads from a feed. */
export interface ReadFeed {
  version: string;
  title: string;
  /** Why the feed is not valid XML. */
  fault: string | null;
  links: { rel: string; href: string }[];
  entries: {
    id: string;
    link: string;
    title: string;
    summary: string;
    content: string | null;
    author: string;
    tags: string[];
    published: number[];
  }[];
}

export const readInPython = (feed: string): ReadFeed =>
  JSON.parse(
    execFileSync(findTool('python3-feedparser'), [resolve('test/support/feeds/parse.py')], {
      input: feed,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }),
  ) as ReadFeed;

/** Returns the faults of an XML document according to a schema of this folder, or ''. */
export function schemaFaults(xml: string, schema: string): string {
  const { status, stderr } = spawnSync(
    findTool('xmllint'),
    ['--noout', '--nonet', '--schema', resolve('test/support/feeds', schema), '-'],
    { input: xml, encoding: 'utf8' },
  );
  return status === 0 ? '' : stderr;
}
