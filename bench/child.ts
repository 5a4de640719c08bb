import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { basename, resolve } from 'node:path';
import { pidOf } from './processes.ts';

const MOST_OUTPUT = 4000;

/** A file of this folder in a process of its own. If it ends by itself, the bench fails with what it has written. */
export class Child {
  readonly pid: number;
  private readonly process: ChildProcess;
  private readonly name: string;
  private readonly ended: Promise<void>;
  private output = '';

  constructor(file: string, env: NodeJS.ProcessEnv = process.env) {
    this.name = basename(file);
    this.process = fork(resolve(import.meta.dirname, file), {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on(
        'data',
        (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-MOST_OUTPUT)),
      );
    this.ended = new Promise((resolve) => this.process.once('close', () => resolve()));
    this.pid = pidOf(this.process);
  }

  send(message: object): void {
    this.process.send(message);
  }

  /** @throws with the exit code and the output if the process ends before it sends a message */
  async message<T>(): Promise<T> {
    const ended = this.ended.then(() => {
      throw this.failure();
    });
    const [message] = (await Promise.race([once(this.process, 'message'), ended])) as [T];
    return message;
  }

  /** @throws with the exit code and the output if the process has already ended by itself */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) throw this.failure();
    this.process.kill();
    await this.ended;
  }

  private failure(): Error {
    const { exitCode, signalCode } = this.process;
    return new Error(`${this.name} ended with ${exitCode ?? signalCode}:\n${this.output}`);
  }
}
