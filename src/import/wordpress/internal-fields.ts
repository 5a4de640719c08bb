/** Fields in which WordPress keeps what only WordPress itself requires, by their names in the file. */
const INTERNAL: readonly RegExp[] = [
  /^(?:guid|guid@isPermaLink|link|pubDate|generator|cloud|atom:link|wp:(?:wxr_version|base_site_url|term_id|ping_status|category_parent_id))$/,
  /^wp:postmeta _(?:edit_last|edit_lock|pingme|encloseme|wp_page_template|wp_trash_.*|wp_desired_post_slug|wp_old_date|oembed_.*|publicize_.*)$/,
  /^wp:commentmeta (?:akismet_.*|_wp_trash_.*|is_customer_note)$/,
];

export const isInternal = (field: string): boolean => INTERNAL.some((pattern) => pattern.test(field));
