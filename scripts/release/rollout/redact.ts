/**
 * Removes secrets from what other programs have printed, before it reaches a log or an artifact. Galley itself prints
 * none. If it is not clear where a secret ends, more is removed than necessary. All repetitions are bounded or cannot
 * overlap, so that a long text takes linear time.
 */

const SCHEME = String.raw`\b([a-z][a-z\d+.-]{0,20}:\/\/`;
/** A user name, which Azure writes with an @. A host in brackets is none. */
const USER = String.raw`[^\s:/[]{0,200}:)`;
/** A host that is certainly the end of a password with spaces, unlike the domain of an email address. */
const HOST = String.raw`(?=(?:\[[\da-f:.%]{2,60}\]|[\w.-]{1,253})(?::\d|\/))`;
/** The host of a URL without a password, with its port. */
const PORT = String.raw`(?!\d{1,5}(?:[\s/?#,;.)\]]|$))`;
const NO_URL = String.raw`(?!:\/\/)`;

const NAME = String.raw`(?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:api|access|private)[-_]?key)[\w-]{0,40}`;
/** The separator of a name and its value, also in JSON that is quoted in JSON. */
const IS = String.raw`\\{0,3}["']?[ \t]{0,4}[=:][ \t]{0,4}`;

const SECRETS: [pattern: RegExp, shown: string][] = [
  // The password of a URL in quotes: up to the last @ before the closing quote.
  ...['"', "'", '`'].map((quote): [RegExp, string] => [
    new RegExp(`(?<=${quote})${SCHEME}${USER}(?:${NO_URL}(?:\\\\.|[^${quote}\\\\\\n])){1,500}@`, 'gi'),
    '$1***@',
  ]),
  // The same with spaces in it, and then a host with a port or a path.
  [new RegExp(`${SCHEME}${USER}${PORT}(?:${NO_URL}[^\\n]){1,500}@${HOST}`, 'gi'), '$1***@'],
  [new RegExp(`${SCHEME}${USER}(?:${NO_URL}\\S){1,500}@`, 'gi'), '$1***@'],
  // A token instead of a user name.
  [/\b((?:https?|git\+https?):\/\/)[^\s:/@?#"'`]{1,500}@/gi, '$1***@'],
  [/\b(bearer|basic)\s{1,4}[\w.~+/=-]{8,}/gi, '$1 ***'],
  [/\beyJ[\w-]{1,4000}\.[\w-]{1,8000}\.[\w-]*/g, '***'],
  [/-----BEGIN ([A-Z ]{0,40}PRIVATE KEY)-----[^]*?(-----END \1-----|$)/g, '***'],
  // Values in quotes, whose closing quote remains: JSON in JSON, JSON, and connection strings of libpq.
  [new RegExp(`(${NAME}${IS}\\\\{1,3}")[^"\\n]{1,2000}?(?=\\\\{1,3}")`, 'gi'), '$1***'],
  [new RegExp(`(${NAME}${IS}")(?:\\\\.|[^"\\\\\\n])+`, 'gi'), '$1***'],
  [new RegExp(`(${NAME}${IS}')(?:\\\\.|''|[^'\\\\\\n])+`, 'gi'), '$1***'],
  // A line that consists of a name and its value, as in a file of variables.
  [
    new RegExp(
      `^([ \\t-]{0,40}(?:export )?[\\w.-]{0,60}?${NAME}[ \\t]{0,4}[=:][ \\t]{0,4})(?!["'*]).{4,}$`,
      'gim',
    ),
    '$1***',
  ],
  [
    new RegExp(
      `(${NAME}${IS})(?!["'*]|bearer |basic )(?:\\\\.|[^\\s"',;}&\\\\]|[,;](?![\\s"']|[\\w-]{1,40}[=:])){4,}`,
      'gi',
    ),
    '$1***',
  ],
];

/** Returns the text without passwords in URLs, tokens, keys, and values that are assigned to names of secrets. */
export const redact = (text: string): string =>
  SECRETS.reduce((clean, [pattern, shown]) => clean.replace(pattern, shown), text);
