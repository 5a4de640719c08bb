import { z } from 'zod';

/** What a setting is to the reader of .env.example and to `config:check`. */
export interface SettingMeta {
  /** Shown as `***`, may come from a file named by `<NAME>_FILE`. */
  secret?: boolean;
  /** Known to Galley alone, so that `galley secrets:generate` may make it up. */
  generated?: boolean;
  /** Other systems' names: using one is a fault that names ours. */
  aliases?: string[];
  /** Shown in .env.example in place of a default. */
  example?: string;
}

/** A setting under the name that it stands under: what it is, for the reader of .env.example. */
export const setting = <T extends z.ZodType>(schema: T, description: string, meta: SettingMeta = {}): T =>
  schema.meta({ description, ...meta });

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];

/** `true` or `false`, also 1/0, yes/no, on/off. */
export const flag = (fallback: boolean) =>
  z
    .string()
    .toLowerCase()
    .refine((text) => TRUE.includes(text) || FALSE.includes(text), 'must be true or false')
    .transform((text) => TRUE.includes(text))
    .prefault(String(fallback));

/** A whole number between two bounds, both allowed. */
const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^-?\d+$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
};

export const integer = (fallback: number, min: number, max: number) =>
  wholeNumber(min, max).prefault(String(fallback));

export const optionalInteger = (min: number, max: number) => wholeNumber(min, max).optional();

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A duration such as `900`, `900s`, `15m`, `12h` or `7d`; the value is in seconds. */
export const seconds = (fallback: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}[smhd]?$/, 'must be a duration such as 900, 15m, 12h or 7d')
    .transform((text) => {
      const unit = text.at(-1) as keyof typeof UNIT_SECONDS;
      return unit in UNIT_SECONDS ? Number(text.slice(0, -1)) * UNIT_SECONDS[unit] : Number(text);
    })
    .prefault(fallback);

/** Comma-separated values, spaces around them ignored, empty ones dropped. */
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

/** A URL of the given schemes, kept as text. */
export const url = (schemes: string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `must be a URL such as ${example}`,
    );

export const POSTGRES = 'postgresql://user:password@host:5432/rest_api_db';

/** A URL of PostgreSQL; how the link is protected is a setting of its own. */
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

/** A name or address alone, without scheme, port or path. */
export const hostName = () =>
  z
    .string()
    .regex(/^(?:[\w.-]+|\[[\da-fA-F:.]+\])$/, 'must be a host name or an address, without scheme and port');

/** A secret of at least 32 bytes in which no pattern is obvious. */
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
