import { startServer } from './server.js';

process.exitCode = await startServer();
