import { sql } from '../database/database.js';

/** The columns of `ChainedEntry` over `audit_entries e`. */
export const CHAINED = sql`e.id, (extract(epoch FROM e.at) * 1000000)::bigint::text AS at, e.via,
  e.actor_id AS "actorId", e.actor_name AS "actorName", e.credential_id AS "credentialId", e.action,
  e.target_type AS "targetType", e.target_id AS "targetId", e.request_id AS "requestId",
  e.network_digest AS "networkDigest", e.changes_digest AS "changesDigest"`;
