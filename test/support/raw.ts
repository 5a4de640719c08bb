import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The maximum time until the first byte, for a busy machine. */
const FIRST_BYTE_MS = 30_000;

/**
 * Sends bytes unchanged, and reads until the server closes the connection, or sends nothing for a while after its
 * first byte.
 */
export async function sendRaw(url: string, bytes: string | Buffer, silenceMs = 500): Promise<RawAnswer> {
  return parse(await exchangeRaw(url, bytes, silenceMs));
}

/** Sends several requests in the same way, and returns all responses in order. */
export async function sendRawAll(url: string, bytes: string | Buffer, silenceMs = 500): Promise<RawAnswer[]> {
  return answersIn(await exchangeRaw(url, bytes, silenceMs));
}

const answersIn = (bytes: string) => bytes.split(/(?=HTTP\/1\.1 \d{3} )/).map(parse);

/** Sends headers that expect 100-continue, and the rest after that response has arrived. Returns both responses. */
export async function sendRawOnceContinued(url: string, head: string, rest: string): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => socket.write(head));
  socket.once('data', () => socket.write(rest));
  return answersIn(await text(socket));
}

function exchangeRaw(url: string, bytes: string | Buffer, silenceMs: number): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(FIRST_BYTE_MS, done);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      socket.setTimeout(silenceMs);
    });
    socket.on('end', done);
    socket.on('error', (error) => (text === '' ? reject(error) : done()));
  });
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(line.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n') };
}
