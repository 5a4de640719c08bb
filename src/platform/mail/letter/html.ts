/** A piece of HTML in which all texts are escaped. Only `html` creates one. */
class Html {
  constructor(readonly text: string) {}
}
export type { Html };

type Part = string | Html | readonly Html[] | undefined;

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Returns the HTML of a template. Every string in it is escaped, so that no text can become markup. */
export function html(fixed: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(fixed.reduce((before, text, index) => before + written(parts[index - 1]) + text));
}

function written(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
  return part.map(({ text }) => text).join('\n');
}

/** Returns the parts with a separator, such as `<br>`, between them. */
export const joined = (parts: readonly string[], separator: Html): Html =>
  html`${parts.map((part, index) => (index === 0 ? html`${part}` : html`${separator}${part}`))}`;
