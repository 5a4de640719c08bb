import { SERIAL } from './load.ts';

/** Prose with the markup of an article. */
export const LONG_BODY = `## A part

The quick brown fox *jumps* over the lazy dog, and [rests](https://example.com/dog) after \`12\` of **these**.
It does so each day, whoever counts, and nobody who watches it knows why; some say that it likes the dog.

- one reason
- and another one

`
  .repeat(40)
  .slice(0, 10_000);

export const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`;

/** @param headers complete lines, each with its line end */
export const post = (path: string, body: string, headers = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;

export interface Creations {
  path: string;
  /** Each request creates a post with one of them. */
  tags: string[];
  headers?: string;
  body?: string;
}

export const creations = ({ path, tags, headers, body = 'The first *words*.' }: Creations): string[] =>
  tags.map((tag) => post(path, JSON.stringify({ title: `Post ${SERIAL}`, body, tags: [tag] }), headers));
