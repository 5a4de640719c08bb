import { createHash, randomBytes } from 'node:crypto';

const SALT_BYTES = 16;

/** Part of what is hashed, so that a later form of entries cannot be mistaken for this one. */
const FORM = 'galley/audit/v1';

/** The hash before the first entry. */
export const GENESIS = Buffer.alloc(32);

/** A text of an entry that an erasure can remove. The chain contains its digest, which nobody can guess without the salt. */
export interface Erasable {
  text: string | null;
  salt: Buffer | null;
  digest: Buffer | null;
}

const NOTHING: Erasable = { text: null, salt: null, digest: null };

/** Returns a text with a new salt and its digest. */
export function erasable(text: string | undefined): Erasable {
  if (text === undefined) return NOTHING;
  const salt = randomBytes(SALT_BYTES);
  return { text, salt, digest: digestOf(salt, text) };
}

export const digestOf = (salt: Buffer, text: string): Buffer =>
  createHash('sha256').update(salt).update(text).digest();

/** The parts of an entry that the chain covers. */
export interface ChainedEntry {
  id: string;
  /** Microseconds since 1970, which have one form in all sessions. */
  at: string;
  via: string;
  actorId: string | null;
  actorName: string | null;
  credentialId: string | null;
  action: string;
  targetType: string;
  targetId: string;
  requestId: string | null;
  networkDigest: Buffer | null;
  changesDigest: Buffer | null;
}

/** Returns the hash of an entry at its position and of everything before it. */
export function sealOf(previous: Buffer, position: number, entry: ChainedEntry): Buffer {
  const content = [
    ...[FORM, position, entry.id, entry.at, entry.via, entry.actorId, entry.actorName, entry.credentialId],
    ...[entry.action, entry.targetType, entry.targetId, entry.requestId],
    ...[hex(entry.networkDigest), hex(entry.changesDigest)],
  ];
  return createHash('sha256').update(previous).update(JSON.stringify(content)).digest();
}

const hex = (digest: Buffer | null) => digest && digest.toString('hex');
