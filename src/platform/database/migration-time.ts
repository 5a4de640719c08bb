/** Returns the JavaScript timestamp in the name of a migration's class, at its end, or of its file, at the start. */
export const timeOf = (name: string): number => Number(/^\d{13}|\d{13}$/.exec(name)?.[0] ?? NaN);
