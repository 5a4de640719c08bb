/** The channel that announces jobs. Its payload contains their names, separated by commas. */
export const JOBS_CHANNEL = 'galley_jobs';
