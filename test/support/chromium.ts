import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** There is no sandbox, because tests can run as root, and no connection to the internet. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium of CHROMIUM_PATH, or of the usual paths of packages. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((path) => existsSync(path));
  if (!executablePath) {
    throw new Error(
      `There is no Chromium at ${PLACES.join(', ')}: apt-get install -y chromium, or set CHROMIUM_PATH`,
    );
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Reports the address of each request that got no response, except those that the browser ended because the page was left. */
export function onFailedRequest(page: Page, report: (url: string) => void): void {
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') report(request.url());
  });
}
