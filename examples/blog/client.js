import { api } from './config.js';
import { Galley, localStorageTokens } from './galley.js';

export { api };
export { ConnectionError, ProblemError, SessionChangedError } from './galley.js';

/** One client for the whole page. Its session survives a reload, and all tabs share it. */
export const galley = new Galley(api, { tokens: localStorageTokens() });
