import { z } from 'zod';

/** Metadata of a setting for .env.example and `config:check`. */
export interface SettingMeta {
  /** The value is shown as `***`, and can come from a file that `<NAME>_FILE` names. */
  secret?: boolean;
  /** The value can come from a file that `<NAME>_FILE` names, although it is not secret. */
  fromFile?: boolean;
  /** Only Galley uses the value, so `galley secrets:generate` can create it. */
  generated?: boolean;
  /** Names that other systems use. Using one is a fault whose message contains the correct name. */
  aliases?: string[];
  /** Other names of the setting, which Galley accepts. */
  synonyms?: string[];
  /** Shown in .env.example instead of a default. */
  example?: string;
}

/** Adds a description and metadata to the schema of a setting. */
export const setting = <T extends z.ZodType>(schema: T, description: string, meta: SettingMeta = {}): T =>
  schema.meta({ description, ...meta });

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];
/** For a JSON Schema, which does not ignore case. */
const SPELLINGS = [...TRUE, ...FALSE].flatMap((word) => [
  ...new Set([word, `${word.charAt(0).toUpperCase()}${word.slice(1)}`, word.toUpperCase()]),
]);

/** Accepts `true` or `false`, and also 1/0, yes/no and on/off. */
export const flag = (fallback: boolean) =>
  z
    .string()
    .toLowerCase()
    .refine((text) => TRUE.includes(text) || FALSE.includes(text), 'must be true or false')
    .meta({ enum: SPELLINGS })
    .transform((text) => TRUE.includes(text))
    .prefault(String(fallback));

/** Accepts a whole number between two inclusive bounds. */
function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^-?\d+$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

export const integer = (fallback: number, min: number, max: number) =>
  wholeNumber(min, max).prefault(String(fallback));

export const optionalInteger = (min: number, max: number) => wholeNumber(min, max).optional();

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Accepts a duration such as `900`, `900s`, `15m`, `12h` or `7d`. The value is in seconds. */
export const seconds = (fallback: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}[smhd]?$/, 'must be a duration such as 900, 15m, 12h or 7d')
    .transform((text) => {
      const unit = text.at(-1) as keyof typeof UNIT_SECONDS;
      return unit in UNIT_SECONDS ? Number(text.slice(0, -1)) * UNIT_SECONDS[unit] : Number(text);
    })
    .prefault(fallback);

/** Accepts comma-separated values. It trims them and ignores empty ones. */
export const list = (fallback: string) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .prefault(fallback);

export const oneOf = <const T extends [string, ...string[]]>(values: T, fallback: T[number]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }).prefault(fallback);

/** Accepts a URL with one of the schemes, and keeps its text. */
export const url = (schemes: string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `must be a URL such as ${example}`,
    );

export const POSTGRES = 'postgresql://user:password@host:5432/rest_api_db';

/** Accepts a URL of PostgreSQL. A separate setting defines the encryption of the connection. */
export const postgresUrl = () =>
  z.string().superRefine((text, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (/^mongodb(\+srv)?:/.test(text))
      refuse(`names MongoDB, but Galley requires PostgreSQL 15 or newer, such as ${POSTGRES}`);
    else if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
      refuse(`must be a URL such as ${POSTGRES}`);
    else if (!['disable', null].includes(new URL(text).searchParams.get('sslmode')))
      refuse('must not contain sslmode; set DATABASE_SSL_MODE instead');
  });

/** Accepts a host name or an address without scheme, port and path. */
export const hostName = () =>
  z
    .string()
    .regex(/^(?:[\w.-]+|\[[\da-fA-F:.]+\])$/, 'must be a host name or an address, without scheme and port');

/** Accepts a secret of at least 32 bytes without an obvious pattern. */
export const secret = () =>
  z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) >= 32,
      'must be at least 32 bytes. Generate them with `openssl rand -base64 48`',
    )
    .refine(
      (text) => new Set(text).size >= 10,
      'must consist of random characters. Generate them with `openssl rand -base64 48`',
    );
