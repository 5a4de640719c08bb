/**
 * A closed loop over keep-alive connections, in a process of its own: each
 * connection sends its next request when the answer to the last has come. It
 * reads HTTP/1.1 from plain sockets, because a full client would take more of
 * the two cores than the server that is measured.
 */
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const SERIAL = '########';
const END_OF_HEAD = Buffer.from('\r\n\r\n');

class Connection {
  constructor(load) {
    this.load = load;
    this.chunks = null;
    this.wanted = 0;
  }

  open() {
    this.socket = createConnection({ host: '127.0.0.1', port: this.load.port, noDelay: true });
    this.socket.on('connect', () => this.send());
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('error', () => this.fail());
    this.socket.on('close', () => this.fail());
  }

  send() {
    if (this.load.over) return this.end();
    this.sentAt = performance.now();
    this.chunks = null;
    this.wanted = 0;
    this.socket.write(this.load.nextRequest());
  }

  take(chunk) {
    const bytes = this.chunks ? Buffer.concat([this.chunks, chunk]) : chunk;
    if (this.wanted === 0) {
      const head = bytes.indexOf(END_OF_HEAD);
      if (head === -1) return void (this.chunks = bytes);
      const text = bytes.latin1Slice(0, head);
      const length = /\r\ncontent-length: *(\d+)/i.exec(text);
      if (!length) throw new Error(`an answer without Content-Length: ${text}`);
      this.status = Number(text.slice(9, 12));
      this.wanted = head + 4 + Number(length[1]);
    }
    if (bytes.length < this.wanted) return void (this.chunks = bytes);
    this.load.record(this.status, performance.now() - this.sentAt);
    this.send();
  }

  fail() {
    if (this.ended) return;
    this.ended = true;
    if (!this.load.over) this.load.errors++;
    this.load.closed();
  }

  end() {
    this.ended = true;
    this.socket.destroy();
    this.load.closed();
  }
}

class Load {
  constructor({ port, connections, requests }) {
    this.port = port;
    this.open = connections;
    this.requests = requests.map((request) => {
      const bytes = Buffer.from(request);
      return { bytes, serialAt: bytes.indexOf(SERIAL) };
    });
    this.serial = Date.now() % 1e8;
    this.next = 0;
    this.over = false;
    this.errors = 0;
    this.times = [];
    this.refused = {};
  }

  async run(seconds) {
    const since = performance.now();
    const allClosed = new Promise((resolve) => (this.closed = () => --this.open === 0 && resolve()));
    for (let n = this.open; n > 0; n--) new Connection(this).open();
    await delay(seconds * 1000);
    this.over = true;
    this.elapsed = performance.now() - since;
    await allClosed;
  }

  nextRequest() {
    const { bytes, serialAt } = this.requests[this.next++ % this.requests.length];
    if (serialAt === -1) return bytes;
    const numbered = Buffer.from(bytes);
    numbered.write(String(++this.serial % 1e8).padStart(SERIAL.length, '0'), serialAt);
    return numbered;
  }

  record(status, ms) {
    if (this.over) return;
    if (status >= 200 && status < 300) this.times.push(ms);
    else this.refused[status] = (this.refused[status] ?? 0) + 1;
  }

  result() {
    const sorted = Float64Array.from(this.times).sort();
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    return {
      count: sorted.length,
      perSecond: (sorted.length / this.elapsed) * 1000,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      errors: this.errors,
      refused: this.refused,
    };
  }
}

process.on('message', async ({ seconds, ...options }) => {
  const load = new Load(options);
  await load.run(seconds);
  process.send(load.result());
});
