import type { Galley } from './galley.js';

/** Whether each committed event has its position in the log. A process gives positions shortly after the commit. */
export const areEventsPlaced = async ({ database }: Pick<Galley, 'database'>) =>
  (await database.query('SELECT 1 FROM events WHERE position IS NULL LIMIT 1')).length === 0;
