import './node-version.js';

const { startServer } = await import('./server.js');
process.exitCode = await startServer();
