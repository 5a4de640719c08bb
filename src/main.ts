import './node-version.js';
import { keepHeapSmall } from './start-heap.js';

keepHeapSmall();

const { startServer } = await import('./server.js');
process.exitCode = await startServer();
