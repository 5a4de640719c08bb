/**
 * A preload for the workers of Jest (`--import`). A worker that has nothing left to do exits at once, without releasing
 * its heap first: that takes longer than the 500 ms after which Jest reports that a worker has failed to exit
 * gracefully. If a test leaves a timer or a socket open, this does nothing, and Jest still reports it.
 */
if (process.env.JEST_WORKER_ID !== undefined) process.once('beforeExit', () => process.exit());
