import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesEvent, Pod } from '../kubernetes.ts';
import { timesOf } from './causes.ts';
import type { KeptPod } from './kept-pods.ts';
import { redact } from './redact.ts';

/** Deletes what an earlier deploy has left, so that nobody reads an old cause as a new one. */
export const forgetFailure = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Writes the cause in cause.txt, and for each new pod its state, its events and its logs. */
export function writeFailure(folder: string, sentence: string, pods: KeptPod[]): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), `${redact(text).trim()}\n`);
  write('cause.txt', sentence);
  for (const { pod, events, logs, readiness } of pods) {
    const { name } = pod.metadata;
    write(`${name}.json`, JSON.stringify({ ...stateOf(pod), readiness }, null, 2));
    write(`${name}.events.txt`, events.map(lineOf).join('\n'));
    for (const [container, { now, previous }] of logs) {
      write(`${name}.${container}.log`, now);
      if (previous) write(`${name}.${container}.previous.log`, previous);
    }
  }
}

/** Without the spec, because variables can be set there. */
const stateOf = ({ metadata: { name, labels, uid }, status }: Pod) => ({ name, uid, labels, status });

const lineOf = (event: KubernetesEvent) =>
  `${event.lastTimestamp ?? event.eventTime ?? ''} ${event.type ?? ''} ${event.reason} x${timesOf(event)} ${event.message}`;
