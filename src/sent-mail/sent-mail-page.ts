import { escapeAttribute, escapeText } from '../platform/content/attributes.js';
import { htmlPage, PAGE_POLICY } from '../platform/http/answers/html-page.js';
import type { ComposedMail } from '../platform/mail/composed-mail.js';
import { SENT_MAIL_PATH } from '../platform/mail/log/log-transport.js';

const PATH = `/${SENT_MAIL_PATH}`;

/** The page shows the HTML part of a message in a frame. */
export const PAGE_POLICY_WITH_FRAME = `${PAGE_POLICY}; frame-src 'self'`;

/** Messages have their styles inline. */
export const HTML_PART_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

export const SENT_MAIL_STYLE = `.page iframe { width: 100%; height: 40rem; border: 1px solid var(--line); border-radius: 8px; }
.page pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.page td { overflow-wrap: anywhere; }
`;

/** Returns the HTML part of a message. Its links open new tabs, because the frame cannot leave this server. */
export const framed = ({ html }: ComposedMail): string =>
  html.replace('<head>', '<head>\n<base target="_blank">');

const page = (title: string, body: string): string =>
  htmlPage({ title, stylesheets: [`${PATH}/style.css`], kind: 'page', body: `<main>${body}</main>` });

/** Returns the list of messages, newest first. */
export function listPage(messages: readonly ComposedMail[]): string {
  const rows = messages.map(
    (mail) => `<tr><td>${time(mail)}</td><td>${escapeText(shown(mail.to))}</td>
<td><a href="${PATH}/${encodeURIComponent(mail.id)}">${escapeText(mail.subject)}</a></td><td>${escapeText(mail.kind)}</td></tr>`,
  );
  const list =
    rows.length > 0
      ? `<table><tr><th>Time</th><th>To</th><th>Subject</th><th>Kind</th></tr>
${rows.join('\n')}
</table>`
      : '<p>This process has logged no message yet. Reload the page after one.</p>';
  return page(
    'Mail',
    `<h1>Mail</h1>
<p>With <code>EMAIL_TRANSPORT=log</code>, Galley sends no mail. This page shows the last messages of this process. It does
not exist in production. For programs, <a href="${PATH}">the same address</a> returns JSON.</p>
${list}`,
  );
}

export function messagePage(mail: ComposedMail): string {
  const headers = Object.entries({
    From: shown(mail.from),
    To: shown(mail.to),
    Date: mail.date.toUTCString(),
    'Message-ID': mail.messageId,
    ...mail.headers,
  }).map(([name, value]) => `<tr><td><code>${name}</code></td><td>${escapeText(value)}</td></tr>`);
  return page(
    mail.subject,
    `<p><a href="${PATH}">All messages</a></p>
<h1>${escapeText(mail.subject)}</h1>
<table>
${headers.join('\n')}
</table>
<h2>HTML part</h2>
<iframe title="HTML part" sandbox="allow-popups allow-popups-to-escape-sandbox" src="${PATH}/${encodeURIComponent(mail.id)}/html"></iframe>
<h2>Text part</h2>
<pre>${linked(mail.text)}</pre>`,
  );
}

const time = ({ date }: ComposedMail): string =>
  escapeText(date.toISOString().slice(0, 19).replace('T', ' '));

const shown = ({ name, address }: ComposedMail['to']): string => (name ? `${name} <${address}>` : address);

/** Makes links of the addresses in a text. */
const linked = (text: string): string =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 === 0
        ? escapeText(part)
        : `<a href="${escapeAttribute(part)}" target="_blank" rel="noreferrer">${escapeText(part)}</a>`,
    )
    .join('');
