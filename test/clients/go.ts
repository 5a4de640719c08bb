import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addProgram, CACHE, freshFolder, has, run, type ClientTest } from './toolchain.ts';

const GENERATOR = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2';
const RUNTIME = 'github.com/oapi-codegen/runtime@v1.9.0';
const ENVIRONMENT = { GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };

export const go: ClientTest = {
  name: 'oapi-codegen',
  needs: [['Go 1.25 or newer', () => has('go', ['version'])]],
  build({ document30 }) {
    const tools = join(CACHE, 'go-tools');
    const generator = join(tools, 'oapi-codegen');
    if (!existsSync(generator)) run('go', ['install', GENERATOR], { env: { ...ENVIRONMENT, GOBIN: tools } });
    const folder = freshFolder('go');
    mkdirSync(join(folder, 'api'));
    writeFileSync(join(folder, 'go.mod'), 'module galley\n\ngo 1.25.0\n');
    const output = join(folder, 'api/galley.go');
    run(generator, ['-generate', 'types,client', '-package', 'api', '-o', output, document30]);
    addProgram('main.go', join(folder, 'main.go'));
    run('go', ['get', RUNTIME], { cwd: folder, env: ENVIRONMENT });
    run('go', ['mod', 'tidy'], { cwd: folder, env: ENVIRONMENT });
    run('go', ['vet', './...'], { cwd: folder, env: ENVIRONMENT });
    run('go', ['build', '-o', 'publish', '.'], { cwd: folder, env: ENVIRONMENT });
    return [join(folder, 'publish')];
  },
};
