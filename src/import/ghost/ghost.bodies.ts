import { messageOf } from '../../platform/errors/thrown.js';
import { ImportFileError } from '../import.errors.js';
import { MAX_GROWTH, written } from '../import.limits.js';
import { text, type Values } from './ghost-columns.js';
import { renderLexical } from './lexical.js';
import { renderMobiledoc } from './mobiledoc.js';
import type { ConvertedDocument } from './converted-document.js';

/**
 * Returns the HTML of a post. If the export contains no HTML, the renderers of Ghost render its document.
 * @throws ImportFileError that names the post if its document cannot be rendered, so that nothing is lost silently
 */
export function readBody(values: Values, path: string, url: string): ConvertedDocument {
  const { html, notes } = rendered(values, path);
  return { html: withAddress(html, url.replace(/\/+$/, '')), notes };
}

const PLACEHOLDER = '__GHOST_URL__';

function withAddress(html: string, url: string): string {
  const parts = html.split(PLACEHOLDER);
  const growth = (parts.length - 1) * (url.length - PLACEHOLDER.length);
  if (growth > MAX_GROWTH) {
    throw new ImportFileError(
      `replacing ${PLACEHOLDER} with the address of the site would make the body ${written(MAX_GROWTH)} characters longer`,
    );
  }
  return parts.join(url);
}

function rendered(values: Values, path: string): ConvertedDocument {
  const html = text(values, 'html');
  if (html) return { html, notes: [] };
  for (const [column, render] of [
    ['lexical', renderLexical],
    ['mobiledoc', renderMobiledoc],
  ] as const) {
    const document = text(values, column);
    if (!document) continue;
    try {
      return render(document);
    } catch (error) {
      const why = messageOf(error);
      throw new ImportFileError(`the ${column} of "${text(values, 'title')}" cannot be rendered: ${why}`, {
        path: `${path}.${column}`,
      });
    }
  }
  return { html: '', notes: [] };
}
