import { resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = `${ROOT}/src`;
/** The lists of the parts of the app. A feature with settings also has lines in the second one. */
const APP_MODULE = `${SRC}/app.module.ts`;
const SETTINGS = `${SRC}/settings.ts`;

/**
 * Type-checks src/ without the folder of a feature and its lines in app.module.ts and settings.ts.
 * @returns the errors as `path: message`, sorted, with paths in src/
 */
export function complaintsWithout(feature: string): string[] {
  const folder = `${SRC}/${feature}/`;
  const { options, fileNames } = readConfig();
  const kept = fileNames.filter((name) => !name.startsWith(folder));
  const program = ts.createProgram(kept, options, hostWithout(folder, options, feature));
  return program
    .getSemanticDiagnostics()
    .map(({ file, messageText }) => `${pathOf(file)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
    .sort();
}

const pathOf = (file: ts.SourceFile | undefined) => file?.fileName.replace(`${SRC}/`, '') ?? '';

function readConfig() {
  const { config } = ts.readConfigFile(`${ROOT}/tsconfig.build.json`, (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return { options: { ...options, noEmit: true, incremental: false }, fileNames };
}

/** Parsed once for all features. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function hostWithout(folder: string, options: ts.CompilerOptions, feature: string): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    fileExists: (name) => !name.startsWith(folder) && host.fileExists(name),
    getSourceFile(name, target) {
      if (name === APP_MODULE || name === SETTINGS)
        return ts.createSourceFile(name, withoutLines(ts.sys.readFile(name) ?? '', feature), target, true);
      if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, target));
      return parsed.get(name);
    },
  };
}

/** Removes the imports of the feature, and the line of the list that contains them. */
function withoutLines(list: string, feature: string): string {
  const isImport = (line: string) => line.endsWith(`from './${feature}/${line.split('/').at(-1) ?? ''}`);
  const lines = list.split('\n');
  const names = lines.filter(isImport).flatMap((line) => line.match(/\w+(?:Module|Settings)\b/g) ?? []);
  if (names.length === 0) return list;
  const namesIt = new RegExp(`\\b(?:${names.join('|')})\\b`);
  return lines.filter((line) => !namesIt.test(line)).join('\n');
}
