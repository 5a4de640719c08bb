/** Bytes that a JSON body may have; longer ones are 413. */
export const BODY_LIMIT = 1024 * 1024;
