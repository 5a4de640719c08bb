import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const PROGRAM = `const { parentPort, workerData } = require('node:worker_threads');
   const http = require('node:http');
   const agent = new http.Agent({ keepAlive: true });
   let longest = 0;
   const ask = () => {
     const since = performance.now();
     http.get(workerData + '/health/live', { agent }, (answer) => {
       answer.resume().on('end', () => { longest = Math.max(longest, performance.now() - since); setTimeout(ask, 5); });
     }).on('error', () => setTimeout(ask, 5));
   };
   ask();
   parentPort.on('message', () => { parentPort.postMessage(longest); longest = 0; });`;

/** Requests /health/live every 5 ms on a separate thread. */
export class LiveProber {
  private readonly worker: Worker;

  constructor(url: string) {
    this.worker = new Worker(PROGRAM, { eval: true, workerData: url });
  }

  /** @returns the longest wait in ms since the previous call */
  async longestWait(): Promise<number> {
    this.worker.postMessage('');
    const [longest] = (await once(this.worker, 'message')) as [number];
    return longest;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
