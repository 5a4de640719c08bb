import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Logger } from '../logging/logger.js';
import { Circuit, type CircuitName } from './circuit.js';
import type { Target } from './target.js';

/** Users can give any number of addresses. A receiver that is forgotten begins with a closed circuit. */
const MOST_GIVEN = 1000;

export const STATES: CircuitName[] = ['closed', 'open', 'half_open'];

/** The circuit of each receiver: one for each configured target, and one for each origin that users gave. */
@Injectable()
export class Circuits {
  private readonly configured = new Map<string, Circuit>();
  private readonly given = new LRUCache<string, Circuit>({ max: MOST_GIVEN });

  constructor(private readonly logger: Logger) {}

  /** @param receiver one of several receivers with the same origin */
  of(target: Target, origin: string, receiver = ''): Circuit {
    const isGiven = target.addresses === 'given';
    const circuits = isGiven ? this.given : this.configured;
    const key = isGiven ? `${target.name} ${origin} ${receiver}` : target.name;
    const known = circuits.get(key);
    if (known) return known;
    const circuit = new Circuit(target, (isFailing) => this.note(target, origin, isFailing));
    circuits.set(key, circuit);
    return circuit;
  }

  /** The circuits of all receivers that this process knows, by the name of their target. */
  get byTarget(): Map<string, Circuit[]> {
    return Map.groupBy([...this.configured.values(), ...this.given.values()], ({ target }) => target.name);
  }

  /** A user who gave a wrong address is no reason for an operator to act. */
  private note({ name, addresses }: Target, origin: string, isFailing: boolean): void {
    const facts = { target: name, origin };
    if (!isFailing) return this.logger.info(facts, 'a service responds again');
    if (addresses === 'given') return this.logger.info(facts, 'a receiver fails; calls to it wait');
    this.logger.warn(facts, 'a service fails; calls to it end at once until it responds');
  }
}
