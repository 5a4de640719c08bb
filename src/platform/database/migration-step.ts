/** The progress messages of `migrate`. */
export type MigrationStep =
  | { step: 'waiting'; holder: string }
  | { step: 'started'; migration: string; phase: string }
  | { step: 'retrying'; migration: string; attempt: number; reason: string }
  | { step: 'applied'; migration: string; phase: string; ms: number };
