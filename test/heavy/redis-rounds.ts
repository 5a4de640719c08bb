import { median } from '../support/median.ts';
import { faultsAmong } from './heavy-test.ts';
import type { During } from './open-loop.ts';

const MOST_ABOVE_NORMAL_MS = 5;

/** The response of health/details during the fault. */
export type Expected = 'degraded, redis down' | 'ok, redis up';

/** One round of a fault. */
export interface Round {
  normal: During;
  /** The results after the breaker has opened. */
  after: During;
  all: During;
  /** True if failed logins are still limited. */
  holds: boolean;
  ready: number;
  details: string;
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Returns the rounds of a fault as a row of the table. */
export function rowOf(rounds: Round[], expected: Expected): object {
  return {
    requests: sum(rounds.map(({ all }) => all.requests)),
    'not 2xx': sum(rounds.map(({ all }) => all.failed)),
    'p99 normal': median(rounds.map(({ normal }) => normal.p99)).toFixed(1),
    'p99 after': median(rounds.map(({ after }) => after.p99)).toFixed(1),
    worst: Math.max(...rounds.map(({ all }) => all.worst)).toFixed(0),
    'login limit': rounds.every(({ holds }) => holds) ? 'holds' : 'BROKEN',
    ready: rounds.every(({ ready }) => ready === 200) ? 'green' : 'RED',
    details: unexpectedDetails(rounds, expected) ?? expected,
  };
}

/** Returns the problems in the rounds of a fault, as sentences. */
export function faultsOfRounds(rounds: Round[], expected: Expected): string[] {
  const failures = rounds.flatMap(({ all }) => all.failures);
  const above = median(rounds.map(({ after }) => after.p99)) - median(rounds.map(({ normal }) => normal.p99));
  const details = unexpectedDetails(rounds, expected);
  return faultsAmong([
    failures.length > 0 && failures.join(', '),
    above > MOST_ABOVE_NORMAL_MS && `p99 is ${above.toFixed(1)} ms above normal`,
    !rounds.every(({ holds }) => holds) && 'failed logins are not limited',
    !rounds.every(({ ready }) => ready === 200) && 'not ready',
    details !== undefined && `details say ${details}, not ${expected}`,
  ]);
}

const unexpectedDetails = (rounds: Round[], expected: Expected): string | undefined =>
  rounds.find(({ details }) => details !== expected)?.details;
