import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stop, transform } from 'esbuild';
import type { Browser } from 'playwright-core';
import type { Block } from './guide.js';

const END = 'the end of the block';
const HTML =
  '<!doctype html><title>Guide</title><link rel="icon" href="data:,"><script type="module" src="block.js"></script>';

/** A site, on another origin than the API, whose only script is a block of the guide. */
export class GuideSite {
  /** Its files, with their types. */
  private files: Record<string, [type: string, content: string]> = {};

  private constructor(private readonly server: Server) {
    server.on('request', ({ url = '' }, response) => {
      const [type, content] = this.files[url] ?? ['text/plain', ''];
      response.setHeader('content-type', type).end(content);
    });
  }

  static async open(): Promise<GuideSite> {
    const server = createServer().listen(0, 'localhost');
    await once(server, 'listening');
    return new GuideSite(server);
  }

  get origin(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Runs a block in a new browser profile, and returns what it logs. */
  async run(browser: Browser, { code }: Block, client: string): Promise<string> {
    const script = await transform(code.replaceAll('@galley/client', './galley.js'), { loader: 'ts' });
    this.files = {
      '/': ['text/html', HTML],
      '/block.js': ['text/javascript', `${script.code}\nconsole.log(${JSON.stringify(END)});`],
      '/galley.js': ['text/javascript', await readFile(client, 'utf8')],
    };
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const logged: string[] = [];
      const ended = new Promise<void>((resolve, reject) => {
        page.on('pageerror', reject);
        page.on('console', (message) => {
          if (message.text() === END) resolve();
          else if (message.type() === 'log') logged.push(`${message.text()}\n`);
        });
      });
      await page.goto(this.origin);
      await ended;
      return logged.join('');
    } finally {
      await context.close();
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await stop();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
