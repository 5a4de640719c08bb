import type { OpenAPIObject } from '@nestjs/swagger';
import type { ProblemClass } from '../platform/errors/problem.js';
import { escapeText } from '../platform/content/attributes.js';
import { htmlPage } from '../platform/http/answers/html-page.js';
import { DOCS_ICON, docsHeader, HEADER_STYLE } from './docs-header.js';
import { guideLink } from './guide-links.js';

/** More operations than these are not worth a list: the code is then a general one. */
const MOST_OPERATIONS = 8;

interface Answer {
  content?: Record<string, { examples?: Record<string, object> }>;
}

interface Operation {
  operationId: string;
  tags?: string[];
  responses: Record<string, Answer>;
}

/** Returns the page to which the `type` of a problem document points. */
export function problemsPage(
  problems: ProblemClass[],
  document: OpenAPIObject | undefined,
  version: string,
): string {
  const operations = operationsByCode(document);
  const rows = problems.map(
    ({
      code,
      status,
      title,
      advice,
    }) => `<tr id="${code}"><td><a href="#${code}"><code>${code}</code></a></td>
<td>${status}</td><td>${marked(title)}</td><td>${marked(advice)} ${guideLink(code, status)}</td><td>${listed(operations.get(code))}</td></tr>`,
  );
  return htmlPage({
    title: 'Galley problems',
    stylesheets: ['/docs/style.css', HEADER_STYLE],
    icon: DOCS_ICON,
    kind: 'page',
    body: `${docsHeader(version)}
<main><h1>Problems</h1>
<p>Every error response is a problem document (RFC 9457). Its <code>code</code> is one of the following, and its
<code>detail</code> describes the error of this request. The meaning of a code never changes. New codes can be added: handle
a code that you do not know by its <code>status</code>. The <a href="/docs/guide/errors">guide</a> shows how.</p>
<table><tr><th>Code</th><th>Status</th><th>Meaning</th><th>What to do</th><th>Endpoints</th></tr>
${rows.join('\n')}
</table></main>`,
  });
}

/** Escapes a text, and shows names in backticks as code. */
const marked = (text: string): string => escapeText(text).replace(/`([^`]*)`/g, '<code>$1</code>');

function listed(operations: Operation[] = []): string {
  if (operations.length === 0 || operations.length > MOST_OPERATIONS) return 'many';
  return operations
    .map(
      ({ operationId, tags = [] }) => `<a href="/docs#/${tags[0] ?? ''}/${operationId}">${operationId}</a>`,
    )
    .join(', ');
}

/**
 * Returns the operations that list a problem of their own. A problem of a shared response is listed only by the
 * operations that have further ones of its status, so that a list of them would mislead.
 */
function operationsByCode(document: OpenAPIObject | undefined): Map<string, Operation[]> {
  const shared = new Set(
    Object.values(document?.components?.responses ?? {}).flatMap((response) => codesOf(response as Answer)),
  );
  const found = new Map<string, Operation[]>();
  for (const item of Object.values(document?.paths ?? {}))
    for (const operation of Object.values(item as Record<string, Operation>))
      for (const code of Object.values(operation.responses).flatMap(codesOf))
        if (!shared.has(code)) found.set(code, [...(found.get(code) ?? []), operation]);
  return found;
}

const codesOf = ({ content }: Answer): string[] =>
  Object.keys(content?.['application/problem+json']?.examples ?? {});
