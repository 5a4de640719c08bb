import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { SourceFile } from './sql-in-source.js';

/** A place in the source that can open a connection. */
export interface WayOut {
  path: string;
  /** The module or the global, for example `pg`, `node:net` or `fetch`. */
  by: string;
}

/** What each of these modules exports that opens no connection. */
const HARMLESS_OF_NODE: Record<string, string[]> = {
  http: ['METHODS', 'STATUS_CODES', 'createServer', 'maxHeaderSize'],
  https: ['createServer'],
  http2: ['constants', 'createServer'],
  net: ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'createServer'],
  tls: ['rootCertificates', 'createServer'],
  dgram: [],
  dns: [],
  'dns/promises': [],
};
const HARMLESS_OF_PACKAGES: Record<string, string[]> = { ioredis: ['ReplyError'] };
const GLOBALS = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];
const NETWORK =
  /(?:require\(|\bfrom ?|\bimport\()['"](?:node:)?(?:net|tls|https?|http2|dgram|dns(?:\/promises)?|undici)['"]/;

/** Returns everything in a file that can open a connection, without its imports of types. */
export function waysOut({ path, text }: SourceFile): WayOut[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const by = wayOf(node);
    if (by) found.add(by);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found].map((by) => ({ path, by }));
}

function wayOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return ofDeclaration(node);
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
    return ofModule(textOf(node.moduleReference.expression));
  if (ts.isCallExpression(node)) return ofCall(node);
  return ts.isIdentifier(node) && GLOBALS.includes(node.text) && isGlobal(node) ? node.text : undefined;
}

function ofDeclaration(node: ts.ImportDeclaration | ts.ExportDeclaration): string | undefined {
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  if (!node.moduleSpecifier || clause?.isTypeOnly || (ts.isExportDeclaration(node) && node.isTypeOnly))
    return undefined;
  const bindings = clause?.namedBindings;
  const names =
    bindings && ts.isNamedImports(bindings) && !clause?.name
      ? bindings.elements
          .filter((each) => !each.isTypeOnly)
          .map((each) => (each.propertyName ?? each.name).text)
      : undefined;
  return names?.length === 0 ? undefined : ofModule(textOf(node.moduleSpecifier), names);
}

/** `import('…')`, `require('…')`, `process.getBuiltinModule('…')` and `process.binding('…')`. */
function ofCall({ expression, arguments: given }: ts.CallExpression): string | undefined {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if (!['import', 'require', 'getBuiltinModule', 'binding'].includes(name)) return undefined;
  return given[0] && ofModule(textOf(given[0]));
}

/** `fetch(…)` and `globalThis.fetch`, but not `this.fetch`, a type, or a variable of that name. */
function isGlobal(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return ['globalThis', 'global'].includes(parent.expression.getText());
  if (ts.isTypeReferenceNode(parent) || isVariable(node)) return false;
  return !('name' in parent && parent.name === node) || ts.isShorthandPropertyAssignment(parent);
}

/** Tells whether a function around the place has a parameter of that name, or a block around it a variable. */
function isVariable({ text, parent }: ts.Identifier): boolean {
  const declares = (each: ts.Node) =>
    ts.isParameter(each) || ts.isVariableDeclaration(each) || ts.isFunctionDeclaration(each)
      ? each.name?.getText() === text
      : ts.isVariableStatement(each) && each.declarationList.declarations.some(declares);
  for (let at = parent; at; at = at.parent) {
    if (ts.isFunctionLike(at) && at.parameters.some(declares)) return true;
    if ((ts.isBlock(at) || ts.isSourceFile(at)) && at.statements.some(declares)) return true;
  }
  return false;
}

const textOf = (node: ts.Node): string => (ts.isStringLiteralLike(node) ? node.text : node.getText());

/** @param names the imported names, or undefined for all of them */
function ofModule(specifier: string, names?: string[]): string | undefined {
  if (/^[.#]/.test(specifier)) return undefined;
  const module = specifier.replace(/^node:/, '');
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const harmless = HARMLESS_OF_NODE[module] ?? HARMLESS_OF_PACKAGES[name] ?? [];
  if (names?.every((each) => harmless.includes(each))) return undefined;
  if (module in HARMLESS_OF_NODE) return `node:${module}`;
  return opensConnections(name) ? name : undefined;
}

const known = new Map<string, boolean>();

/** Tells whether the code of a package, without its dependencies, imports a module that can open a connection. */
function opensConnections(name: string): boolean {
  const root = join('node_modules', name);
  let opens = known.get(name);
  if (opens === undefined) known.set(name, (opens = existsSync(root) && scan(root)));
  return opens;
}

const scan = (folder: string): boolean =>
  readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return !['node_modules', 'test'].includes(entry.name) && scan(path);
    return /\.[cm]?js$/.test(entry.name) && NETWORK.test(readFileSync(path, 'utf8'));
  });
