import { escapeText } from '../attributes.js';
import type { BodyContext, FileNeeds } from '../body-context.js';
import type { EmbedProviders } from '../embed-providers.js';
import { type Embed, frameOf, linkAddress, linkTo, replacedByLink } from '../embeds.js';
import { linkedProvider } from './linked-providers.js';

/** What shortcodes and addresses require to become HTML. */
export interface Surroundings {
  providers: EmbedProviders;
  /** Receives what the HTML does not show. */
  notes: Set<string>;
  /** What the body refers to. */
  context: BodyContext;
  /** Receives the files that the context does not contain. */
  needs: FileNeeds;
  /** The number of files in the galleries and playlists so far. */
  shown: { files: number };
  /** Receives the names of the shortcodes of plugins. */
  unknown: Set<string>;
  /** Receives the names of the blocks that WordPress fills when it shows them. */
  dynamic: Set<string>;
}

/** Returns the frame of a known provider, and otherwise a link. */
export function embedHtml(embed: Embed, { providers, notes }: Surroundings): string {
  const frame = frameOf(embed, providers);
  if (frame) return frame;
  const href = linkAddress(embed.address);
  if (href === undefined) return escapeText(embed.address);
  notes.add(replacedByLink(embed.address));
  return linkTo(href);
}

export const embedFigure = (embed: Embed, around: Surroundings): string =>
  `<figure class="wp-block-embed">${embedHtml(embed, around)}</figure>`;

/** Tells whether WordPress embeds an address that stands alone on its line. */
export function isEmbedded(address: string, { providers }: Surroundings): boolean {
  return linkedProvider(address) || frameOf({ address }, providers) !== undefined;
}
