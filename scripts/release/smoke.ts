/**
 * Asks a running Galley the least that has to work: `npm run test:smoke`.
 * API_URL (or BASE_URL) says where; http://localhost:3000 if absent.
 */
const base = (process.env.API_URL ?? process.env.BASE_URL ?? 'http://localhost:3000').replace(/\/+$/, '');

const CHECKS = [
  ['/health', ({ status }) => status === 'ok'],
  ['/health/ready', ({ status }) => status === 'ok'],
  ['/api/v1/posts?limit=1', ({ data, meta }) => Array.isArray(data) && 'nextCursor' in meta],
];

let failed = 0;
for (const [path, holds] of CHECKS) {
  const since = performance.now();
  const outcome = await fetch(base + path, { signal: AbortSignal.timeout(5000) }).then(
    async (answer) => (answer.ok && holds(await answer.json()) ? 'ok' : `answered ${answer.status}`),
    (error) => `not reached: ${error.cause?.message ?? error.message}`,
  );
  if (outcome !== 'ok') failed++;
  console.log(
    `${outcome === 'ok' ? 'ok  ' : 'FAIL'} ${base}${path} ${outcome} ${Math.round(performance.now() - since)} ms`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;
