import { storable } from '../text.js';

type Values = Record<string, unknown>;

/** A column as text; '' when it is absent, null or no text. Ids of old exports are numbers. */
export function text(values: Values, column: string): string {
  const value = values[column];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? storable(value) : '';
}

export function number(values: Values, column: string): number {
  return Number(values[column]) || 0;
}
