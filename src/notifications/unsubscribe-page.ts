import { escapeText } from '../platform/content/attributes.js';
import { htmlPage, PAGE_POLICY } from '../platform/http/answers/html-page.js';
import type { Unsubscribed } from './unsubscribe-links.js';

/** The page contains a form without fields, which posts to the address of the page. */
export const UNSUBSCRIBE_POLICY = PAGE_POLICY.replace("form-action 'none'", "form-action 'self'");

export const UNSUBSCRIBE_STYLE = `.page button { font: inherit; padding: .5rem 1rem; cursor: pointer; }
`;

const ABOUT: Record<Unsubscribed['from'], string> = {
  post_published: 'new posts of authors that you follow',
  comment_reply: 'replies to your comments',
  comment_mention: 'comments that mention you',
  comment_on_post: 'comments on your posts',
  comment_pending: 'comments that wait for your approval',
  daily: 'what happened during the day',
};

const page = (title: string, body: string): string =>
  htmlPage({
    title,
    stylesheets: ['/unsubscribe/style.css'],
    kind: 'page',
    body: `<main><h1>${escapeText(title)}</h1>\n${body}</main>`,
  });

/** Mail programs break long links, and links end with the secret that signs them. */
export const brokenPage = (): string =>
  page(
    'This link does not work',
    `<p>The link is incomplete or no longer valid, and nothing has changed. Copy the whole link from the message, or open one of a
newer message. You can also change which messages you receive in the settings of your account.</p>`,
  );

/** Asks, because programs that check links open them. */
export const askingPage = ({ from }: Unsubscribed): string =>
  page(
    'Unsubscribe',
    `<p>Do you want to stop receiving messages by mail about ${ABOUT[from]}?</p>
<form method="post"><button type="submit">Unsubscribe</button></form>`,
  );

export const donePage = ({ from }: Unsubscribed): string =>
  page(
    'You are unsubscribed',
    `<p>You no longer receive messages by mail about ${ABOUT[from]}. You can change this at any time in the settings of your
account.</p>`,
  );
