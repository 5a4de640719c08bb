import { Injectable } from '@nestjs/common';
import type { Circuit } from './circuit.js';
import { Circuits } from './circuits.js';

export interface TargetCheck {
  status: 'up' | 'down';
  /** The predicate of a sentence about the target. */
  message?: string;
  /** The time of the last response in milliseconds. */
  responseTime: number;
}

/** One receiver that a user gave can be wrong. If several fail and none responds, it is probably the network. */
const SEVERAL = 3;

/** The state of the services that this process has called, as its calls found it. Nothing is called to find it out. */
@Injectable()
export class TargetHealth {
  constructor(private readonly circuits: Circuits) {}

  /** Returns the targets that were called in the last five minutes, by name. */
  checks(): Record<string, TargetCheck> {
    return Object.fromEntries(
      [...this.circuits.byTarget]
        .map(([name, all]) => ({ name, current: all.filter(({ isCurrent }) => isCurrent) }))
        .filter(({ current }) => current.length > 0)
        .map(({ name, current }) => [name, check(current)]),
    );
  }
}

function check(circuits: Circuit[]): TargetCheck {
  const failing = circuits.filter(({ state }) => state !== 'closed');
  const responseTime = Math.round(Math.max(...circuits.map(({ lastMs }) => lastMs)));
  const least = circuits[0]?.target.addresses === 'given' ? SEVERAL : 1;
  if (failing.length < circuits.length || failing.length < least) return { status: 'up', responseTime };
  const message = least === 1 ? 'does not respond' : `has ${failing.length} receivers, and none responds`;
  return { status: 'down', message, responseTime };
}
