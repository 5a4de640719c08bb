/** Tells whether a text is the address of a web page with a place for the slug or the id of a post. */
export const isPageTemplate = (text: string): boolean =>
  /\{(?:slug|id)\}/.test(text) &&
  /^https?:\/\//.test(text) &&
  URL.canParse(pageOf(text, { slug: 'x', id: 'x' }));

/** Returns the page of a post. An imported slug can contain any sign. */
export const pageOf = (template: string, { slug, id }: { slug: string; id: string }): string =>
  template.replaceAll('{slug}', encodeURIComponent(slug)).replaceAll('{id}', encodeURIComponent(id));
