import { z } from 'zod';

const MOST_TEXT = 20_000;
const MOST_LINE = 500;
const MOST_ITEMS = 100;

const Line = z.string().max(MOST_LINE);
const Body = z.string().max(MOST_TEXT);
/** The address of a web page. Other schemes, such as javascript:, never become a link. */
const Link = z.url({ protocol: /^https?$/, normalize: true }).max(2000);

const Item = z.object({
  title: Line,
  href: Link.optional(),
  /** A sentence below the title. */
  detail: Body.optional(),
});

/** A part of a letter. All texts are plain texts: markup in them is shown, and never interpreted. */
export const LetterBlock = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heading'), text: Line }),
  /** An empty line separates paragraphs. */
  z.object({ kind: z.literal('text'), text: Body }),
  /** What another person wrote. */
  z.object({ kind: z.literal('quote'), text: Body, by: Line.optional() }),
  /** The button of the letter. */
  z.object({ kind: z.literal('action'), label: Line, href: Link }),
  z.object({ kind: z.literal('items'), items: z.array(Item).max(MOST_ITEMS) }),
  /** A code to type or copy. */
  z.object({ kind: z.literal('code'), code: z.string().regex(/^[\w -]{1,64}$/) }),
  /** Small print. */
  z.object({ kind: z.literal('note'), text: Body }),
]);
export type LetterBlock = z.output<typeof LetterBlock>;

/** The content of a message. `htmlPart` and `textPart` render the same letter. */
export const Letter = z.object({
  subject: z.string().min(1).max(MOST_LINE),
  /** The line that lists of messages show after the subject. */
  preheader: Line.optional(),
  /** A language tag (BCP 47), which screen readers and hyphenation use. */
  lang: z
    .string()
    .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/)
    .default('en'),
  blocks: z.array(LetterBlock).min(1).max(50),
  /** Why the recipient receives the message. */
  why: Body.optional(),
  /** The page that ends messages of this kind. Notifications must have one. */
  unsubscribeUrl: Link.optional(),
});
export type Letter = z.output<typeof Letter>;

/** Returns the paragraphs of a text. */
export const paragraphsOf = (text: string): string[] =>
  readable(text)
    .split(/\n[^\S\n]*\n\s*/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean);

/** Returns the text with line feeds as line breaks, and without other control characters. */
export const readable = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replace(/[^\P{Cc}\n]/gu, ' ');
