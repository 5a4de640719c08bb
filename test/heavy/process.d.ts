/** A built Galley as a process of its own, on loopback. */
export class GalleyProcess {
  /** @param folder the checkout that was built; this one if absent */
  constructor(dataDir: string, port: number, folder?: string);
  readonly url: string;
  readonly port: number;
  /** What it has written to stdout and stderr since it started. */
  readonly output: string;
  /** @returns milliseconds from spawn to ready */
  start(environment?: Record<string, string>): Promise<number>;
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A port of loopback that nobody listens on. */
export function freePort(): Promise<number>;

export function temporaryFolder(): { folder: string; remove: () => void };
