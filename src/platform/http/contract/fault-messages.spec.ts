import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import './fault-messages.js';

const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

describe('what a reader is told of a fault', () => {
  it('says what is wanted, never what came', () => {
    expect(said(z.string(), undefined)).toBe('is required');
    expect(said(z.string(), 1)).toBe('must be a string');
    expect(said(z.enum(['a', 'b']), 'c')).toBe('must be one of a, b');
    expect(said(z.string().min(1), '')).toBe('must not be empty');
    expect(said(z.array(z.string()).max(2), ['', '', ''])).toBe('must have at most 2 items');
    expect(said(z.number().min(3), 1)).toBe('must be at least 3');
  });

  it('lets a schema speak for itself', () => {
    expect(said(z.string('wants a name'), 1)).toBe('wants a name');
  });
});
