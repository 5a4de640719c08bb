import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addProgram, CACHE, freshFolder, has, run, type ClientTest } from './toolchain.ts';

const GENERATOR = 'openapi-python-client==0.29.1';

export const python: ClientTest = {
  name: 'openapi-python-client',
  needs: [['Python 3.11 with venv', () => has('python3', ['-c', 'import venv, ensurepip'])]],
  build({ document }) {
    const tools = join(CACHE, 'python-tools');
    const program = join(tools, 'bin/python');
    if (!has(program, ['-c', 'import openapi_python_client'])) {
      run('python3', ['-m', 'venv', tools]);
      run(program, ['-m', 'pip', 'install', '--quiet', GENERATOR]);
    }
    const folder = freshFolder('python');
    const config = join(folder, 'config.yml');
    writeFileSync(config, 'post_hooks: []\n');
    run(
      join(tools, 'bin/openapi-python-client'),
      [
        'generate',
        '--path',
        document,
        '--meta',
        'none',
        '--config',
        config,
        '--output-path',
        'galley_client',
      ],
      { cwd: folder },
    );
    run(program, ['-m', 'compileall', '-q', 'galley_client'], { cwd: folder });
    addProgram('publish.py', join(folder, 'publish.py'));
    return [program, join(folder, 'publish.py')];
  },
};
