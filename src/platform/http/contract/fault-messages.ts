import { z } from 'zod';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};
const UNITS: Record<string, string> = { string: 'characters', array: 'items' };

/** Returns the message for a fault if the schema has none. It states the requirement, never the value. */
function message(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'is required' : `must be ${KINDS[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') {
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'too_small' && issue.minimum === 1 && issue.origin in UNITS) return 'must not be empty';
  if (issue.code === 'too_small') return bound('least', issue.minimum, issue.origin);
  if (issue.code === 'too_big') return bound('most', issue.maximum, issue.origin);
  return undefined;
}

function bound(which: 'least' | 'most', limit: number | bigint, origin: string): string {
  const unit = UNITS[origin];
  return unit ? `must have at ${which} ${limit} ${unit}` : `must be at ${which} ${limit}`;
}

z.config({ customError: message });
