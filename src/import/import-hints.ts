import type { ImportFormat } from './import.model.js';
import type { ImportReport } from './import.report.js';

/** The options of an import, as its caller has named them. */
export interface GivenOptions {
  format: ImportFormat;
  site?: string;
  postLinks?: string;
  pageLinks?: string;
}

type OnlyForNewPosts = 'postLinks' | 'pageLinks' | 'site';

/**
 * Returns sentences for the person who imports: what they must know before the former site is switched off, and why
 * nothing has changed.
 * @param nameOf returns the name of an option, as the caller wrote it
 */
export function hintsOf(
  { counts }: Pick<ImportReport, 'counts'>,
  given: GivenOptions,
  nameOf: (option: OnlyForNewPosts) => string = (option) => option,
): string[] {
  const media = counts.attachment?.skipped ?? 0;
  const present = (counts.post?.present ?? 0) + (counts.page?.present ?? 0);
  const unused = present > 0 ? onlyForNewPosts(given).map(nameOf) : [];
  return [
    ...(media > 0
      ? [
          `Media files were not copied (${media}). Posts show them from their former addresses: keep these files there.`,
        ]
      : []),
    ...(unused.length > 0
      ? [
          `${unused.join(' and ')} had no effect on posts and pages that were already present (${present}), because an import does not change them.`,
        ]
      : []),
  ];
}

/** The given options that only have an effect on posts that an import adds. Those of WordPress are known by their site. */
const onlyForNewPosts = ({ format, site, postLinks, pageLinks }: GivenOptions): OnlyForNewPosts[] => [
  ...(postLinks === undefined ? [] : (['postLinks'] as const)),
  ...(pageLinks === undefined ? [] : (['pageLinks'] as const)),
  ...(site === undefined || format !== 'ghost' ? [] : (['site'] as const)),
];
