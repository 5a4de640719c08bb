import { readFileSync } from 'node:fs';
import { render } from '../platform/content/render.js';
import { guideMarkup } from './guide-markup.js';

/** The same place for src, for dist and in the image. */
const FOLDER = new URL('../../docs/guide/', import.meta.url);
const FIRST = 'README';
const KIND = { policy: 'rich', summarized: false } as const;

/** A page of the guide. */
export interface Chapter {
  /** The last part of its path, or '' for the first page. */
  name: string;
  title: string;
  markdown: string;
}

/** Returns the pages of docs/guide, in the order of the table on the first one. */
export function readGuide(): Chapter[] {
  const first = chapter(FIRST);
  const listed = [...first.markdown.matchAll(/^\| \[[^\]]+\]\(([a-z-]+)\.md\)/gm)];
  return [{ ...first, name: '' }, ...listed.map(([, name = '']) => chapter(name))];
}

function chapter(name: string): Chapter {
  const markdown = readFileSync(new URL(`${name}.md`, FOLDER), 'utf8');
  return { name, markdown, title: /^# (.+)$/m.exec(markdown)?.[1] ?? name };
}

/** Returns HTML. The policy for posts also fits this text, and programs in it remain text. */
export const chapterHtml = ({ markdown }: Chapter): string =>
  guideMarkup(render({ kind: KIND, body: markdown, format: 'markdown' }).html);
