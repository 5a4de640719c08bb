import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { Galley } from '../../clients/typescript/src/galley.ts';
import { bundleClient } from '../../scripts/generate/client-build.ts';

const MOST_BYTES = 6 * 1024;
const README = 'clients/typescript/README.md';

/**
 * Probes, indexes for programs that follow links, documents for feed readers and search engines, and what every call does
 * by itself.
 */
const WITHOUT_METHOD =
  /^(getHealth|getLiveness|getReadiness|getStartup|getServiceIndex|getApiIndex|get\w+Feed|getSitemap|getRobotsRules|refreshTokens)/;
/** Operations whose method has another name than verb and noun. */
const NAMED_OTHERWISE: Record<string, string> = {
  registerUser: 'auth.register',
  loginUser: 'auth.login',
  logoutUser: 'auth.logout',
  changePassword: 'auth.changePassword',
  getMe: 'users.me',
  updateMe: 'users.updateMe',
  changePosts: 'posts.bulk',
  listAuditEntries: 'audit.list',
  listFollowers: 'users.followers',
  listFollowing: 'users.following',
  getNotificationPreferences: 'notifications.preferences',
  updateNotificationPreferences: 'notifications.updatePreferences',
  rotateWebhookSecret: 'webhooks.rotateSecret',
  listDeliveries: 'webhooks.deliveries',
  getDelivery: 'webhooks.getDelivery',
  replayDelivery: 'webhooks.replayDelivery',
};

interface Document {
  paths: Record<string, Record<string, { operationId: string }>>;
}

describe('the package of the TypeScript client', () => {
  it('has at most 6 KB compressed and no dependencies', async () => {
    const code = await bundleClient();
    expect(code).not.toMatch(/\bfrom\s*["']|\brequire\(|\bprocess\./);
    expect(gzipSync(code).length).toBeLessThanOrEqual(MOST_BYTES);
    const [, promised] = /less than (\d+) KB \(compressed\)/.exec(readFileSync(README, 'utf8')) ?? [];
    expect(gzipSync(code).length).toBeLessThan(Number(promised) * 1024);
    const { dependencies, version } = JSON.parse(readFileSync('clients/typescript/package.json', 'utf8'));
    expect(dependencies).toBeUndefined();
    expect(version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });

  it('has a method for every operation', () => {
    const client = new Galley('http://localhost') as unknown as Record<string, Record<string, unknown>>;
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;
    const missing = Object.values(paths)
      .flatMap((item) => Object.values(item).map(({ operationId }) => operationId))
      .filter((id) => id && !WITHOUT_METHOD.test(id))
      .map((id) => NAMED_OTHERWISE[id] ?? methodOf(id))
      .filter((name) => {
        const [group = '', method = ''] = name.split('.');
        return typeof client[group]?.[method] !== 'function';
      });
    expect(missing).toEqual([]);
  });
});

/** `publishPost` is `posts.publish`, `listPosts` is `posts.list`. */
function methodOf(operationId: string): string {
  const [, verb = '', noun = ''] = /^([a-z]+)([A-Z]\w+)$/.exec(operationId) ?? [];
  return `${noun.toLowerCase().replace(/s?$/, 's')}.${verb}`;
}
