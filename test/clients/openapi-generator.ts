import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addProgram, CACHE, freshFolder, has, run, type ClientTest } from './toolchain.ts';

const VERSION = '7.25.0';
const ARTIFACT = `org.openapitools:openapi-generator-cli:${VERSION}`;
const JAVA: ClientTest['needs'][number] = ['a JDK 11 or newer', () => has('javac', ['-version'])];
const MAVEN: ClientTest['needs'][number] = ['Maven', () => has('mvn', ['--version'])];

type Properties = Record<string, string | boolean>;

function generate(
  language: string,
  document: string,
  folder: string,
  properties: Properties,
  options: string[] = [],
): void {
  const jar = join(CACHE, `openapi-generator-cli-${VERSION}.jar`);
  if (!existsSync(jar))
    run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${CACHE}`]);
  const settings = Object.entries({ hideGenerationTimestamp: true, ...properties })
    .map((pair) => pair.join('='))
    .join(',');
  const parts = 'apiTests=false,modelTests=false,apiDocs=false,modelDocs=false';
  run('java', [
    ...['-Xmx512m', '-jar', jar, 'generate', '-i', document, '-g', language, '-o', folder],
    ...[`--additional-properties=${settings}`, `--global-property=${parts}`, ...options],
  ]);
}

export const java: ClientTest = {
  name: 'openapi-generator for Java',
  needs: [JAVA, MAVEN],
  build({ document30 }) {
    const folder = freshFolder('java');
    generate('java', document30, folder, {
      library: 'native',
      apiPackage: 'app.galley.client.api',
      invokerPackage: 'app.galley.client',
      modelPackage: 'app.galley.client.model',
      openApiNullable: false,
    });
    addProgram('Publish.java', join(folder, 'src/main/java/Publish.java'));
    const maven = (...args: string[]) => run('mvn', ['-q', '-B', '-DskipTests', ...args], { cwd: folder });
    maven('compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath.txt');
    const classpath = readFileSync(join(folder, 'classpath.txt'), 'utf8').trim();
    return ['java', '-cp', `${join(folder, 'target/classes')}:${classpath}`, 'Publish'];
  },
};

interface Paths {
  paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
}

/**
 * Renames `filter[publishedAt][gte]` to `filter_published_at_gte`, because the generator for Rust spells out the
 * brackets.
 */
function rustNames(document: string): string {
  const { paths } = JSON.parse(readFileSync(document, 'utf8')) as Paths;
  const names = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .flatMap(({ parameters = [] }) => parameters.map(({ name }) => name))
    .filter((name) => name.includes('['));
  const plain = (name: string) =>
    name
      .replace(/[[\]]+/g, '_')
      .replace(/_$/, '')
      .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [...new Set(names)].map((name) => `${name}=${plain(name)}`).join(',');
}

export const rust: ClientTest = {
  name: 'openapi-generator for Rust',
  needs: [JAVA, MAVEN, ['Rust 1.85 with cargo', () => has('cargo', ['--version'])]],
  build({ document30 }) {
    const folder = freshFolder('rust');
    const properties = { library: 'reqwest', supportAsync: false, packageName: 'galley_client' };
    generate('rust', document30, folder, properties, [
      ...['--parameter-name-mappings', rustNames(document30)],
      // The generator uses the type PathBuf for a raw body, which reqwest does not accept.
      ...['--type-mappings', 'file=Vec<u8>'],
    ]);
    addProgram('publish.rs', join(folder, 'src/bin/publish.rs'));
    const target = join(CACHE, 'rust-target');
    // There is no TLS, because the program connects only to loopback, and TLS takes most of the time to compile.
    run('cargo', ['build', '--quiet', '--jobs', '1', '--no-default-features', '--bin', 'publish'], {
      cwd: folder,
      env: { CARGO_TARGET_DIR: target },
    });
    return [join(target, 'debug/publish')];
  },
};
