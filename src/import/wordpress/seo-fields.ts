/**
 * The private fields in which plugins for search engines and social networks store what they show, and the name of
 * the value in Galley.
 */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...named(
    'metaTitle',
    '_yoast_wpseo_title _aioseop_title _aioseo_title _genesis_title _seopress_titles_title',
  ),
  ...named(
    'metaDescription',
    '_yoast_wpseo_metadesc _aioseop_description _aioseo_description _genesis_description _seopress_titles_desc',
  ),
  ...named(
    'canonicalUrl',
    '_yoast_wpseo_canonical _aioseop_custom_link _genesis_canonical_uri _seopress_robots_canonical',
  ),
  ...named('ogTitle', '_yoast_wpseo_opengraph-title _aioseo_og_title _seopress_social_fb_title'),
  ...named(
    'ogDescription',
    '_yoast_wpseo_opengraph-description _aioseo_og_description _seopress_social_fb_desc',
  ),
  ...named('ogImage', '_yoast_wpseo_opengraph-image _seopress_social_fb_img'),
  ...named('twitterTitle', '_yoast_wpseo_twitter-title _aioseo_twitter_title _seopress_social_twitter_title'),
  ...named(
    'twitterDescription',
    '_yoast_wpseo_twitter-description _aioseo_twitter_description _seopress_social_twitter_desc',
  ),
  ...named('twitterImage', '_yoast_wpseo_twitter-image _seopress_social_twitter_img'),
]);

/** A template, which only the plugin can fill: '%%title%% %%sep%% %%sitename%%', '#post_title'. */
const TEMPLATE = /%%\w+%%|#(?:post|page|site|separator|tagline|author|category|current)_\w+/;

/** Returns the name in Galley of a private field that a plugin shows, or undefined if it is none. */
export const seoName = (field: string, value: string): string | undefined =>
  TEMPLATE.test(value) ? undefined : NAMES.get(field);

function named(name: string, fields: string): [field: string, name: string][] {
  return fields.split(' ').map((field) => [field, name]);
}
