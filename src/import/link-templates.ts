/** The addresses of posts and pages in a front end, with `{slug}` or `{id}`. */
export interface LinkTemplates {
  post?: string;
  page?: string;
}

export const LONGEST_TEMPLATE = 500;
const PLACEHOLDERS = /\{(?:slug|id)\}/g;

/** Returns why a text is no template, or undefined if it is one. The message follows its name. */
export function templateFault(template: string): string | undefined {
  if (template.length > LONGEST_TEMPLATE) return `must have at most ${LONGEST_TEMPLATE} characters`;
  const filled = template.replace(PLACEHOLDERS, 'x');
  if (filled === template)
    return 'must contain {slug} or {id}, for example https://www.example.com/posts/{slug}';
  const isPath = /^\/(?![/\\])/.test(filled);
  const isUsable = !/[\s{}<>"\\^`|]/.test(filled) && (isPath || /^https?:\/\/[^/?#]/i.test(filled));
  return isUsable && URL.canParse(filled, 'https://galley.invalid')
    ? undefined
    : 'must be an http or https URL, or a path that begins with /';
}

/** Pages have the addresses of posts if they have none of their own. */
export const linkTemplates = (post?: string, page = post): LinkTemplates => ({ post, page });
