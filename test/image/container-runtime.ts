import { spawn, spawnSync } from 'node:child_process';
import { createGzip } from 'node:zlib';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The fields of `image inspect` that the checks read. */
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
  /** The mode in the format of `ls -l`. */
  mode: string;
  uid: number;
  size: number;
  /** The path without the first slash. */
  path: string;
}

/** The functions of docker or podman that the checks require. Both use the same arguments. */
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

  /** @throws if the program fails */
  must(...args: string[]): string {
    const { status, stdout, stderr } = this.run(...args);
    if (status !== 0) throw new Error(`${this.program} ${args[0]} failed (${status}): ${stderr || stdout}`);
    return stdout.trim();
  }

  /** Returns the configuration of the image. */
  inspect(): Image {
    const [image] = JSON.parse(this.must('image', 'inspect', this.image)) as Image[];
    if (!image) throw new Error(`there is no image ${this.image}`);
    return image;
  }

  /** Runs a command in a new container with the restrictions of production and without a network. */
  once(options: string[], ...command: string[]): Ended {
    return this.run('run', '--rm', '--network', 'none', ...RESTRICTED, ...options, this.image, ...command);
  }

  /** Returns all files of the image, as the container sees them. */
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

  /** Returns the approximate size of the image in a registry in bytes. */
  async compressedSize(): Promise<number> {
    const save = spawn(this.program, ['save', this.image], { stdio: ['ignore', 'pipe', 'inherit'] });
    let bytes = 0;
    for await (const chunk of save.stdout.pipe(createGzip())) bytes += (chunk as Buffer).length;
    return bytes;
  }
}

/** The restrictions of the Pod Security Standard "restricted", with the smallest memory that Galley supports. */
export const RESTRICTED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=256m',
  '--memory-swap=256m',
];

/** Parses a line of the listing of tar: `drwxr-xr-x 0/0 0 1985-10-26 08:15 app/dist/`. */
function fileOf(line: string): ImageFile {
  const [, mode = '', uid, size, path = ''] =
    /^(\S+) (\d+)\/\d+ +(\d+|\d+,\d+) \S+ \S+ (.*)$/.exec(line) ?? [];
  return { mode, uid: Number(uid), size: Number(size) || 0, path: path.replace(/ (->|link to) .*$/, '') };
}
