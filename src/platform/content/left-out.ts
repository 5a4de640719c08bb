import { isSafeAddress } from './addresses.js';
import type { Policy } from './policy.js';

const CELLS = new Set(['td', 'th']);
const LINES = new Set(
  (
    'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer ' +
    'form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody tfoot ' +
    'thead tr ul'
  ).split(' '),
);

/** What separates the words before and after a tag that is not written. */
export type Gap = 'none' | 'space' | 'line';

export const gapOf = (name: string): Gap => (CELLS.has(name) ? 'space' : LINES.has(name) ? 'line' : 'none');

const each = (names: string, note: string) => names.split(' ').map((name) => [name, note] as const);

const UNSHOWN: ReadonlyMap<string, string> = new Map([
  ...each('img', 'an image was left out'),
  ...each('video', 'a video was left out'),
  ...each('audio', 'an audio file was left out'),
  ...each('table', 'a table is shown as plain text'),
  ...each('dl', 'a list of definitions is shown as plain text'),
  ...each('h1 h2 h3 h4 h5 h6', 'a heading is shown as plain text'),
]);

/** Returns a note about an element that the policy does not permit, or undefined if readers miss nothing. */
export const noteOfUnshown = (policy: Policy, name: string): string | undefined =>
  policy.tags.has(name) ? undefined : UNSHOWN.get(name);

const SHOWING: ReadonlyMap<string, string> = new Map([
  ['img', 'an image'],
  ['video', 'a video'],
  ['audio', 'an audio file'],
  ['source', 'a video or audio file'],
  ['track', 'a text of a video'],
  ['a', 'a link'],
]);
const SCHEME =
  /^(data|javascript|vbscript|blob|file|about|ftp|feed|skype|sms|whatsapp|webcal|irc|ircs|magnet|xmpp):/i;
const SKIPPED = /[\0-\x20]+/g;

/** Returns a note about an element whose address the policy does not permit, or undefined. */
export function noteOfAddress(
  { schemes }: Policy,
  name: string,
  given: ReadonlyMap<string, string>,
): string | undefined {
  const what = SHOWING.get(name);
  const address = what && given.get(name === 'a' ? 'href' : 'src');
  if (!what || !address?.trim() || isSafeAddress(address, schemes)) return undefined;
  const scheme = SCHEME.exec(address.slice(0, 100).replace(SKIPPED, ''))?.[1]?.toLowerCase();
  return `the address of ${what} was left out, because it ${scheme ? `begins with ${scheme}:` : 'is no web address'}`;
}
