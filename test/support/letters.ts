import type { NewMail } from '../../src/platform/mail/mail-message.js';

/** A notification with every kind of block. */
export const NOTIFICATION: NewMail = {
  id: 'notification-7',
  kind: 'comment-reply',
  to: { address: 'ada@example.com', name: 'Ada Lovelace' },
  subject: 'Grace Hopper replied to your comment',
  preheader: '“I would add a table to the second section.”',
  blocks: [
    { kind: 'heading', text: 'Grace Hopper replied to your comment' },
    {
      kind: 'text',
      text: 'She wrote below “Notes on the Analytical Engine”, which you published on 20 November 2026.\n\nYou can answer on the page of the post.',
    },
    {
      kind: 'quote',
      text: 'I would add a table to the second section. <b>Readers</b> & writers look for it.\n\nהטבלה מתחילה מימין.',
      by: 'Grace Hopper',
    },
    { kind: 'action', label: 'Read the reply', href: 'https://times.example.com/notes?comment=42&from=mail' },
    {
      kind: 'items',
      items: [
        {
          title: 'A first post',
          href: 'https://times.example.com/first',
          detail: 'By Grace Hopper, 3 minutes',
        },
        {
          title: 'Averyveryverylongwordthatnoscreenofatelephonecanshowinonelinewithoutbreakingitsomewhere',
          detail: 'Without a link',
        },
      ],
    },
    { kind: 'code', code: '123 456' },
    { kind: 'note', text: 'This message contains every kind of part.' },
  ],
  why: 'You receive this message because you follow the replies to your comments.',
  unsubscribeUrl: 'https://times.example.com/unsubscribe?token=abc.def',
};
