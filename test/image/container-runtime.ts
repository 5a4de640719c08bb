import { spawn, spawnSync } from 'node:child_process';
import { createGzip } from 'node:zlib';

/** What the checks want of docker or podman, which speak the same words here. */
export class ContainerRuntime {
  constructor(program, image) {
    this.program = program;
    this.image = image;
  }

  /** @returns {{status: number, stdout: string, stderr: string}} */
  run(...args) {
    const { status, stdout, stderr, error } = spawnSync(this.program, args, {
      encoding: 'utf8',
      maxBuffer: 512 * 1024 * 1024,
      timeout: 300_000,
    });
    if (error) throw error;
    return { status, stdout, stderr };
  }

  /** @throws when the program says no */
  must(...args) {
    const { status, stdout, stderr } = this.run(...args);
    if (status !== 0) throw new Error(`${this.program} ${args[0]} failed (${status}): ${stderr || stdout}`);
    return stdout.trim();
  }

  /** The image's configuration. */
  inspect() {
    return JSON.parse(this.must('image', 'inspect', this.image))[0];
  }

  /** Runs a command in a fresh container that is shut in as production's is, and without a network. */
  once(options, ...command) {
    return this.run('run', '--rm', '--network', 'none', ...RESTRICTED, ...options, this.image, ...command);
  }

  /** Every file of the image as the container sees it. */
  files() {
    const container = this.must('create', this.image);
    try {
      const { status, stdout, stderr } = spawnSync(
        'sh',
        ['-c', '"$0" export "$1" | tar --list --verbose --numeric-owner --file -', this.program, container],
        { encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 },
      );
      if (status !== 0) throw new Error(`The image's files cannot be listed: ${stderr}`);
      return stdout.trim().split('\n').map(fileOf);
    } finally {
      this.must('rm', container);
    }
  }

  /** Bytes of the image as a registry would hold it, within a few per cent. */
  async compressedSize() {
    const save = spawn(this.program, ['save', this.image], { stdio: ['ignore', 'pipe', 'inherit'] });
    let bytes = 0;
    for await (const chunk of save.stdout.pipe(createGzip())) bytes += chunk.length;
    return bytes;
  }
}

/** As the pod security standard "restricted" has it, with the smallest memory that Galley is run with. */
export const RESTRICTED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=256m',
  '--memory-swap=256m',
];

/** A line of tar's listing: `drwxr-xr-x 0/0 0 1985-10-26 08:15 app/dist/`. */
function fileOf(line) {
  const [, mode, uid, size, path] = /^(\S+) (\d+)\/\d+ +(\d+|\d+,\d+) \S+ \S+ (.*)$/.exec(line);
  return { mode, uid: Number(uid), size: Number(size) || 0, path: path.replace(/ (->|link to) .*$/, '') };
}
