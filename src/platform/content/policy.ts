/** What may stay in HTML. All else goes: a tag without its text, an attribute with its value. */
export interface Policy {
  tags: ReadonlySet<string>;
  /** By tag; those of '*' may stand on any. */
  attributes: Readonly<Record<string, ReadonlySet<string>>>;
  /** Classes that may stay; none without it. */
  classes?: RegExp;
  schemes: ReadonlySet<string>;
  /** Elements in one another; the text of deeper ones stays. */
  depth: number;
  /** Put before each `id`, and before the name in a link to one. */
  namespace?: string;
  /** What `rel` of a link is, given its `target`; '' leaves it as it is. */
  rel: (target: string) => string;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** What publishing needs and nothing that runs: no script, style, form, event or foreign frame. */
export const RICH_POLICY: Policy = {
  tags: words(
    'address article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section ' +
      'blockquote dd div dl dt figcaption figure hr li menu ol p pre ul ' +
      'a abbr b bdi bdo br cite code data dfn em i kbd mark q rb rp rt rtc ruby s samp small span strong ' +
      'sub sup time u var wbr caption col colgroup table tbody td tfoot th thead tr ' +
      'img picture source video audio track del ins details summary center',
  ),
  attributes: {
    '*': words('href title id lang dir'),
    a: words('rel target'),
    img: words('src srcset sizes alt width height loading'),
    source: words('src srcset sizes type media'),
    video: words('src poster controls width height preload loop muted'),
    audio: words('src controls preload loop'),
    track: words('src kind srclang label'),
    td: words('colspan rowspan align'),
    th: words('colspan rowspan align scope'),
    ol: words('start reversed type'),
    blockquote: words('cite'),
    time: words('datetime'),
    details: words('open'),
  },
  /** Those that WordPress, Ghost and highlighters give meaning to; others could dress text up as the page around it. */
  classes: /^(?:(?:wp-|kg-|align|size-|has-|is-|gallery|caption|footnote|language-|lang-|hljs).*|more-link)$/,
  schemes: words('http https mailto tel'),
  depth: 200,
  /** Keeps names in a body from shadowing those of the page that shows it (DOM clobbering). */
  namespace: 'user-content-',
  rel: (target) => (target ? 'noopener noreferrer' : ''),
};

/** What strangers may write: text, links, lists, quotes and code; no pictures, no headings, and links earn nothing. */
export const PLAIN_POLICY: Policy = {
  tags: words('p br a em strong b i del code pre blockquote ul ol li'),
  attributes: { a: words('href rel') },
  schemes: words('http https mailto'),
  depth: 50,
  rel: () => 'nofollow ugc noopener',
};

export const POLICIES = { rich: RICH_POLICY, plain: PLAIN_POLICY };
