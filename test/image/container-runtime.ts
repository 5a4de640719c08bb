import { spawn, spawnSync } from 'node:child_process';
import { createGzip } from 'node:zlib';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** What `image inspect` tells, as far as it is read here. */
export interface Image {
  Id: string;
  Os: string;
  Architecture: string;
  RootFS: { Layers: string[] };
  Config: {
    User?: string;
    Entrypoint?: string[];
    Healthcheck?: { Test?: string[] };
    ExposedPorts?: Record<string, object>;
    Env?: string[];
    Labels?: Record<string, string>;
  };
}

/** A file of the image. */
export interface ImageFile {
  /** As `ls -l` writes it. */
  mode: string;
  uid: number;
  size: number;
  /** Without the first slash. */
  path: string;
}

/** What the checks want of docker or podman, which speak the same words here. */
export class ContainerRuntime {
  private readonly program: string;
  readonly image: string;

  constructor(program: string, image: string) {
    this.program = program;
    this.image = image;
  }

  run(...args: string[]): Ended {
    const { status, stdout, stderr, error } = spawnSync(this.program, args, {
      encoding: 'utf8',
      maxBuffer: 512 * 1024 * 1024,
      timeout: 300_000,
    });
    if (error) throw error;
    return { status, stdout, stderr };
  }

  /** @throws when the program says no */
  must(...args: string[]): string {
    const { status, stdout, stderr } = this.run(...args);
    if (status !== 0) throw new Error(`${this.program} ${args[0]} failed (${status}): ${stderr || stdout}`);
    return stdout.trim();
  }

  /** The image's configuration. */
  inspect(): Image {
    const [image] = JSON.parse(this.must('image', 'inspect', this.image)) as Image[];
    if (!image) throw new Error(`there is no image ${this.image}`);
    return image;
  }

  /** Runs a command in a fresh container that is shut in as production's is, and without a network. */
  once(options: string[], ...command: string[]): Ended {
    return this.run('run', '--rm', '--network', 'none', ...RESTRICTED, ...options, this.image, ...command);
  }

  /** Every file of the image as the container sees it. */
  files(): ImageFile[] {
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
  async compressedSize(): Promise<number> {
    const save = spawn(this.program, ['save', this.image], { stdio: ['ignore', 'pipe', 'inherit'] });
    let bytes = 0;
    for await (const chunk of save.stdout.pipe(createGzip())) bytes += (chunk as Buffer).length;
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
function fileOf(line: string): ImageFile {
  const [, mode = '', uid, size, path = ''] =
    /^(\S+) (\d+)\/\d+ +(\d+|\d+,\d+) \S+ \S+ (.*)$/.exec(line) ?? [];
  return { mode, uid: Number(uid), size: Number(size) || 0, path: path.replace(/ (->|link to) .*$/, '') };
}
