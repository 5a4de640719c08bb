import type { Letter } from '../platform/mail/letter/letter.js';
import { oneLine } from '../platform/mail/one-line.js';
import type { NotificationKind } from './notification-kinds.js';

/** Imported names and titles can be longer than a line of a letter. */
const MOST_LINE = 200;
const MOST_QUOTE = 2000;

/** What a message tells about one notice. */
export interface NoticeFacts {
  kind: NotificationKind;
  actor: string;
  title: string;
  /** The excerpt of the post or the text of the comment. */
  text: string;
  /** The page of the post in the front end, if there is one. */
  page?: string;
}

/** A digest contains the last notices. */
const MOST_ITEMS = 50;

/** What a message tells. */
export type Content = Pick<Letter, 'subject' | 'blocks' | 'why'> & { preheader?: string };

const WHY: Record<NotificationKind, string> = {
  post_published: 'You receive this message because you follow the author.',
  comment_reply: 'You receive this message because you chose messages about replies to your comments.',
  comment_mention: 'You receive this message because you chose messages about comments that mention you.',
  comment_on_post: 'You receive this message because you chose messages about comments on your posts.',
  comment_pending: 'You receive this message because you moderate comments.',
};

/** Returns what has happened, as one line. */
export function sentenceOf({ kind, actor, title }: Pick<NoticeFacts, 'kind' | 'actor' | 'title'>): string {
  const [who, what] = [oneLine(actor, MOST_LINE), `“${oneLine(title, MOST_LINE)}”`];
  switch (kind) {
    case 'post_published':
      return `${who} published ${what}`;
    case 'comment_reply':
      return `${who} replied to your comment on ${what}`;
    case 'comment_mention':
      return `${who} mentioned you in a comment on ${what}`;
    case 'comment_on_post':
      return `${who} commented on ${what}`;
    case 'comment_pending':
      return `A comment of ${who} on ${what} waits for your approval`;
  }
}

export function noticeLetter(facts: NoticeFacts): Content {
  const { kind, actor, title, text, page } = facts;
  const subject = sentenceOf(facts);
  const words = [...text.slice(0, 2 * MOST_QUOTE)].slice(0, MOST_QUOTE).join('');
  return {
    subject,
    ...(words.trim() !== '' && { preheader: oneLine(words, MOST_LINE) }),
    blocks: [
      { kind: 'heading', text: kind === 'post_published' ? oneLine(title, MOST_LINE) : subject },
      ...(words.trim() === ''
        ? []
        : [
            kind === 'post_published'
              ? ({ kind: 'text', text: words } as const)
              : ({ kind: 'quote', text: words, by: oneLine(actor, MOST_LINE) } as const),
          ]),
      ...(page === undefined
        ? []
        : [
            {
              kind: 'action',
              label: kind === 'post_published' ? 'Read the post' : 'Show the discussion',
              href: page,
            } as const,
          ]),
    ],
    why: WHY[kind],
  };
}

/** @param notices the last ones first */
export function digestLetter(notices: Omit<NoticeFacts, 'text'>[], count: number): Content {
  const subject = count === 1 ? '1 new notification' : `${count} new notifications`;
  const shown = notices.slice(0, MOST_ITEMS);
  return {
    subject,
    preheader: shown[0] && sentenceOf(shown[0]),
    blocks: [
      { kind: 'heading', text: subject },
      {
        kind: 'items',
        items: shown.map((notice) => ({
          title: sentenceOf(notice),
          ...(notice.page !== undefined && { href: notice.page }),
        })),
      },
      ...(count > shown.length
        ? [{ kind: 'note', text: `There are ${count - shown.length} more.` } as const]
        : []),
    ],
    why: 'You receive this message once a day because you chose a daily message.',
  };
}
