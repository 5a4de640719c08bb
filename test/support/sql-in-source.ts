import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** SQL in the source: a whole statement, or a part of other statements. */
export interface WrittenSql {
  /** The file and the line. */
  place: string;
  /** `posts` or `platform/idempotency`: the folder that owns the statement. */
  module: string;
  /** The text between the interpolations. */
  parts: string[];
  /** The docstrings of the surrounding declarations. */
  says: string;
}

export interface SourceFile {
  path: string;
  text: string;
}

/** For example `posts` or `platform/idempotency`. */
export const moduleOf = (path: string): string => /^src\/(platform\/[^/]+|[^/]+)\//.exec(path)?.[1] ?? 'src';

export function readSource(root = 'src'): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** Returns the tables of the entities that a file declares. */
export const tablesOf = ({ text }: SourceFile): string[] =>
  [...text.matchAll(/^@Entity\('(\w+)'\)/gm)].map(([, table]) => table as string);

/** Returns every template with the tag `sql`, and every other text that starts like a statement. */
export function writtenSql({ path, text }: SourceFile): WrittenSql[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: WrittenSql[] = [];
  const add = (node: ts.Node, parts: string[]) => {
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ place: `${path}:${line}`, module: moduleOf(path), parts, says: docstrings(node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node)) {
      if (node.tag.getText() === 'sql') add(node, partsOf(node.template));
      if (ts.isTemplateExpression(node.template)) node.template.templateSpans.forEach(visit);
      return;
    }
    if (ts.isStringLiteral(node) || ts.isTemplateLiteral(node)) {
      const parts = ts.isStringLiteral(node) ? [node.text] : partsOf(node);
      if (STATEMENT.test(parts[0] as string)) add(node, parts);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const STATEMENT = /^\s*(SELECT|WITH|INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|TRUNCATE|LOCK TABLE|COPY)\s/;

const partsOf = (template: ts.TemplateLiteral): string[] =>
  ts.isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map((span) => span.literal.text)];

function docstrings(node: ts.Node): string {
  const texts: string[] = [];
  for (let at = node; at; at = at.parent) {
    for (const part of ts.getJSDocCommentsAndTags(at)) texts.push(part.getText());
  }
  return texts.join('\n');
}
