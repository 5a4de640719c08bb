/**
 * What a log or an artifact must not contain, even if another program printed it. Galley itself prints no secrets.
 * Most repetitions are bounded, so that a long line takes linear time.
 */
const SECRETS: [pattern: RegExp, shown: string][] = [
  [/(\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s:/@]{0,200}:)[^\s@]{1,500}@/gi, '$1***@'],
  [/\b(bearer|basic)\s{1,4}[\w.~+/=-]{8,}/gi, '$1 ***'],
  [/\beyJ[\w-]{1,4000}\.[\w-]{1,8000}\.[\w-]*/g, '***'],
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?(-----END \1-----|$)/g, '***'],
  [
    /((?:password|passwd|secret|token|api[-_]?key)[\w-]{0,40}["']?\s{0,4}[=:]\s{0,4}["']?)(?!\*\*\*)[^\s"',;}&]{4,}/gi,
    '$1***',
  ],
];

/** Returns the text without passwords in URLs, tokens, keys, and values that are assigned to names of secrets. */
export const redact = (text: string): string =>
  SECRETS.reduce((clean, [pattern, shown]) => clean.replace(pattern, shown), text);
