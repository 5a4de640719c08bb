import { describe, expect, it } from '@jest/globals';
import { argon2idOf, bcryptOf } from './even-cost.js';

const ARGON2ID = '$argon2id$v=19$m=47104,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaA';
const bcrypt = (cost: string) => `$2a$${cost}$${'a'.repeat(53)}`;

/** The cost of a failed login. */
function workOf(stored: string | null, dearest: number | null) {
  const hashes = [argon2idOf(stored), ...bcryptOf(stored, dearest)];
  return {
    argon2id: hashes.filter((hash) => hash.startsWith('$argon2id$')).length,
    rounds: hashes
      .filter((hash) => hash.startsWith('$2'))
      .reduce((sum, hash) => sum + 2 ** Number(hash.slice(4, 6)), 0),
  };
}

describe('a failed login', () => {
  it('costs the same for every kind of account and for none', () => {
    const kinds = [null, ARGON2ID, bcrypt('04'), bcrypt('10'), bcrypt('11'), bcrypt('12')];
    for (const stored of kinds) expect(workOf(stored, 12)).toEqual({ argon2id: 1, rounds: 4096 });
  });

  it('costs one argon2id where no account has a bcrypt hash', () => {
    for (const stored of [null, ARGON2ID]) expect(workOf(stored, null)).toEqual({ argon2id: 1, rounds: 0 });
  });

  it('verifies the stored hash', () => {
    for (const stored of [ARGON2ID, bcrypt('10')])
      expect([argon2idOf(stored), ...bcryptOf(stored, 12)]).toContain(stored);
  });

  it('of a hash dearer than those known costs that hash', () => {
    expect(workOf(bcrypt('13'), 12)).toEqual({ argon2id: 1, rounds: 8192 });
    expect(workOf(bcrypt('10'), null)).toEqual({ argon2id: 1, rounds: 1024 });
  });
});
