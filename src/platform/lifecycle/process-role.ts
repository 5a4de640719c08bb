/** What a process is for. `all` is `api` and `worker` in one; `command` is a run of the CLI. */
export type ProcessRole = 'all' | 'api' | 'worker' | 'command';

/** Injection token of this process's role. */
export const PROCESS_ROLE = Symbol('PROCESS_ROLE');
