import './node-version.js';
import { keepYoungGenerationSmall } from './start-heap.js';

keepYoungGenerationSmall();

const { startServer } = await import('./server.js');
process.exitCode = await startServer();
