import { whyNotConnected } from '../platform/database/connection-faults.js';
import type { MigrationStep } from '../platform/database/migration-step.js';
import { messageOf } from '../platform/errors/thrown.js';

/** Prints each step of `galley migrate`: a sentence on a terminal, otherwise a line of JSON for log collectors. */
export class MigratePrinter {
  constructor(private readonly output: { write(text: string): unknown; isTTY?: boolean }) {}

  step(step: MigrationStep): void {
    const { step: msg, ...facts } = step;
    const level = msg === 'waiting' || msg === 'retrying' ? 'warn' : 'info';
    this.print(sentence(step), { level, msg, ...facts });
  }

  end(applied: string[]): void {
    const status = applied.length > 0 ? 'done' : 'nothing to do';
    const count = `${applied.length} migration${applied.length === 1 ? '' : 's'} applied`;
    this.print(
      applied.length > 0 ? `Done: ${count}.` : 'The schema is up to date. No migrations were applied.',
      {
        level: 'info',
        msg: status,
        status,
        applied,
      },
    );
  }

  /** Prints nothing on a terminal, where standard error already shows the message. */
  fail(error: unknown): void {
    const reason = whyNotConnected(error) ?? messageOf(error);
    if (!this.output.isTTY) this.print('', { level: 'error', msg: 'failed', status: 'failed', reason });
  }

  private print(sentence: string, { level, ...facts }: { level: string; [fact: string]: unknown }): void {
    const line = this.output.isTTY
      ? sentence
      : JSON.stringify({ level, time: new Date().toISOString(), ...facts });
    this.output.write(`${line}\n`);
  }
}

function sentence(step: MigrationStep): string {
  switch (step.step) {
    case 'waiting':
      return `Waiting for another migration that is running: ${step.holder}`;
    case 'started':
      return `${step.migration} (${step.phase}) …`;
    case 'retrying':
      return `${step.migration}: attempt ${step.attempt} did not get the lock, retrying: ${step.reason}`;
    case 'applied':
      return `${step.migration}: applied in ${step.ms} ms`;
  }
}
