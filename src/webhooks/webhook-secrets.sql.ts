import { sql } from '../platform/database/database.js';

/** The secrets with which a request is signed now, over `webhooks w`: the columns of `SealedSecrets`. */
export const SEALED_SECRETS = sql`w.secret,
  CASE WHEN w.previous_secret_until > now() THEN w.previous_secret END AS "previousSecret",
  (SELECT coalesce(jsonb_agg(older ORDER BY n), '[]')
    FROM jsonb_array_elements(w.older_secrets) WITH ORDINALITY AS all_older(older, n)
    WHERE (older->>'until')::timestamptz > now()) AS "olderSecrets"`;
