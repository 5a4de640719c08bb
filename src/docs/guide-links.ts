/** The parts of the guide that describe what a client does after a problem, by its code. */
const BY_CODE: Record<string, string> = {
  events_gone: 'events#start-over',
  idempotency_key_in_use: 'retries#which-requests-and-how-long',
  idempotency_key_reused: 'retries#idempotency-key',
  invalid_cursor: 'lists#every-page',
  no_pending_revision: 'revisions#edits-that-readers-do-not-see-yet',
  pending_revision_outdated: 'revisions#somebody-changed-the-same-field',
  revision_not_found: 'revisions#the-history-of-a-post',
  invalid_token: 'sessions#an-expired-token-on-a-public-read',
};

/** The same by its status, for all other codes. */
const BY_STATUS: Record<number, string> = {
  400: 'errors#faults-of-fields',
  401: 'sessions',
  403: 'errors#by-code',
  404: 'errors#by-code',
  406: 'errors#by-code',
  408: 'retries#which-requests-and-how-long',
  409: 'edits#409-the-state-does-not-permit-it',
  410: 'changes#start-over',
  412: 'edits#412-somebody-was-faster',
  413: 'errors#by-code',
  415: 'errors#by-code',
  428: 'edits#428-the-condition-is-missing',
  429: 'retries#which-requests-and-how-long',
  500: 'errors#by-code',
  503: 'retries#which-requests-and-how-long',
};

/** Returns a link to the guide, or '' if the guide does not describe the problem. */
export function guideLink(code: string, status: number): string {
  const place = BY_CODE[code] ?? BY_STATUS[status];
  if (place === undefined) return '';
  const [page = ''] = place.split('#');
  return `<a href="/docs/guide/${place}">Guide: ${page}</a>`;
}
