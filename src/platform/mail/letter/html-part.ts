import { type Html, html, joined } from './html.js';
import { type Letter, type LetterBlock, paragraphsOf, readable } from './letter.js';
import { DARK_STYLE, STYLE } from './letter-style.js';

/** Lists of messages show the text after the preheader unless these characters, which are invisible, fill the line. */
const FILLER = '\u034f\u200c\u00a0'.repeat(80);

/**
 * Returns the HTML part of a message: tables of at most 600 px, as mail clients require.
 * @param brand the name that the message shows above the letter
 */
export function htmlPart(letter: Letter, brand: string): string {
  const { subject, lang, preheader, blocks } = letter;
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        <meta name="x-apple-disable-message-reformatting" />
        <title>${subject}</title>
        <style>
          ${STYLE_SHEET}
        </style>
      </head>
      <body class="page" style="${STYLE.page}">
        <div style="${STYLE.hidden}">${preheader ?? ''}${FILLER}</div>
        <table
          role="presentation"
          class="page"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          border="0"
          style="${STYLE.page}"
        >
          <tr>
            <td align="center" style="padding:24px 12px;">
              <!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
              <table
                role="presentation"
                width="100%"
                cellpadding="0"
                cellspacing="0"
                border="0"
                style="max-width:600px;"
              >
                <tr>
                  <td class="soft" dir="auto" align="left" style="${STYLE.brand}">${brand}</td>
                </tr>
                <tr>
                  <td
                    class="paper"
                    align="left"
                    role="article"
                    aria-roledescription="email"
                    style="${STYLE.paper}"
                  >
                    ${blocks.map(shown)}
                  </td>
                </tr>
                <tr>
                  <td class="soft" align="left" style="${STYLE.foot}">${foot(letter, brand)}</td>
                </tr>
              </table>
              <!--[if mso]></td></tr></table><![endif]-->
            </td>
          </tr>
        </table>
      </body>
    </html> `.text;
}

/** The style sheet contains `:` and `>` but nothing that a template would escape. */
const STYLE_SHEET = html`${DARK_STYLE}`;

function shown(block: LetterBlock): Html {
  switch (block.kind) {
    case 'heading':
      return html`<h1 class="ink" dir="auto" style="${STYLE.heading}">${block.text}</h1>`;
    case 'text':
      return html`${paragraphs(block.text, STYLE.text)}`;
    case 'note':
      return html`${paragraphs(block.text, STYLE.note, 'soft')}`;
    case 'quote':
      return quote(block);
    case 'action':
      return html`<table
        role="presentation"
        cellpadding="0"
        cellspacing="0"
        border="0"
        style="margin:0 0 16px;"
      >
        <tr>
          <td align="center" bgcolor="#0b57d0" style="${STYLE.button}">
            <a href="${block.href}" style="${STYLE.buttonLink}">${block.label}</a>
          </td>
        </tr>
      </table>`;
    case 'items':
      return html`<table
        role="presentation"
        width="100%"
        cellpadding="0"
        cellspacing="0"
        border="0"
        style="margin:0 0 16px;"
      >
        ${block.items.map(item)}
      </table>`;
    case 'code':
      return html`<p class="code" style="${STYLE.code}">${block.code}</p>`;
  }
}

const paragraphs = (text: string, style: string, kind = ''): Html[] =>
  paragraphsOf(text).map(
    (paragraph) =>
      html`<p class="${kind}" dir="auto" style="${style}">${joined(paragraph.split('\n'), html`<br />`)}</p>`,
  );

function quote({ text, by }: Extract<LetterBlock, { kind: 'quote' }>): Html {
  const author =
    by === undefined ? undefined : html`<p class="soft" dir="auto" style="${STYLE.note}">${by}</p>`;
  return html`<div class="line ink" style="${STYLE.quote}">${paragraphs(text, STYLE.text)}${author}</div>`;
}

type Item = Extract<LetterBlock, { kind: 'items' }>['items'][number];

function item({ title, href, detail }: Item): Html {
  const name = href
    ? html`<a class="link" href="${href}" style="${STYLE.link}">${title}</a>`
    : html`<strong>${title}</strong>`;
  const more =
    detail === undefined
      ? undefined
      : html`<br /><span class="soft" style="${STYLE.detail}"
            >${joined(readable(detail).split('\n'), html`<br />`)}</span
          >`;
  return html`<tr>
    <td class="line" dir="auto" style="${STYLE.item}">${name}${more}</td>
  </tr>`;
}

function foot({ why, unsubscribeUrl }: Letter, brand: string): Html {
  const reason = why === undefined ? undefined : html`${joined(paragraphsOf(why), html`<br />`)}<br />`;
  const link =
    unsubscribeUrl === undefined
      ? undefined
      : html`<a class="soft" href="${unsubscribeUrl}" style="${STYLE.quietLink}">Unsubscribe</a> · `;
  return html`${reason}${link}<span dir="auto">${brand}</span>`;
}
