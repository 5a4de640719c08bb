/** The role of a process. `all` combines `api` and `worker`, and `command` is a run of the CLI. */
export type ProcessRole = 'all' | 'api' | 'worker' | 'command';

/** The injection token of the role of this process. */
export const PROCESS_ROLE = Symbol('PROCESS_ROLE');
