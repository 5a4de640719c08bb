/**
 * Defines what is permitted in HTML. A tag that is not permitted is removed without its text, and an attribute with
 * its value.
 */
export interface Policy {
  tags: ReadonlySet<string>;
  /** The permitted attributes by tag. Those of '*' are permitted on all tags. */
  attributes: Readonly<Record<string, ReadonlySet<string>>>;
  /** The permitted classes. If absent, no class is permitted. */
  classes?: RegExp;
  /** If true, attributes replace the styles that they can express. Otherwise, all styles are removed. */
  styles?: boolean;
  schemes: ReadonlySet<string>;
  /** Frames of known sites are permitted. They are written by Galley, not by the source. */
  frames?: boolean;
  /** The maximum depth of nested elements. The text of deeper elements is kept. */
  depth: number;
  /** The prefix of each `id`, and of the target of links to one. */
  namespace?: string;
  rel: Relation;
}

/** What becomes of the tokens of `rel` of a link. */
export interface Relation {
  keeps: RegExp;
  adds: readonly string[];
  /** A link with a `target` gets these, too. */
  addsWithTarget: readonly string[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const forEach = (tags: string, attributes: string) =>
  Object.fromEntries(tags.split(' ').map((tag) => [tag, words(attributes)]));

/**
 * Permits what publishing requires and nothing that executes: no scripts, styles, forms and event handlers, and only
 * frames of the sites that the setting EMBED_PROVIDERS lists.
 */
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
    a: words('name rel target'),
    img: words('src srcset sizes alt width height loading align'),
    source: words('src srcset sizes type media'),
    video: words('src poster controls width height preload loop muted'),
    audio: words('src controls preload loop'),
    track: words('src kind srclang label'),
    ...forEach('p div h1 h2 h3 h4 h5 h6 table caption hr', 'align'),
    ...forEach('tr thead tbody tfoot', 'align valign'),
    ...forEach('col colgroup', 'span align valign'),
    td: words('colspan rowspan align valign'),
    th: words('colspan rowspan align valign scope abbr'),
    ol: words('start reversed type'),
    ul: words('type'),
    li: words('value type'),
    br: words('clear'),
    ...forEach('blockquote q', 'cite'),
    ...forEach('del ins', 'cite datetime'),
    time: words('datetime'),
    details: words('open'),
  },
  /**
   * The classes of WordPress, Ghost and syntax highlighters. Other classes could make text look like a part of the
   * surrounding page.
   */
  classes: /^(?:(?:wp-|kg-|align|size-|has-|is-|gallery|caption|footnote|language-|lang-|hljs).*|more-link)$/,
  styles: true,
  schemes: words('http https mailto tel'),
  frames: true,
  depth: 200,
  /** Prevents that names in a body hide names of the page that shows it (DOM clobbering). */
  namespace: 'user-content-',
  rel: { keeps: /^(?!opener$)/, adds: [], addsWithTarget: ['noopener', 'noreferrer'] },
};

/**
 * Permits what any user can write: text, links, lists, quotes and code. There are no images and headings, and links
 * do not affect search engines.
 */
export const PLAIN_POLICY: Policy = {
  tags: words('p br a em strong b i del code pre blockquote ul ol li'),
  attributes: { a: words('href rel') },
  schemes: words('http https mailto'),
  depth: 50,
  // Others, for example `me`, would make a claim in the name of the page.
  rel: {
    keeps: /^(?:sponsored|noreferrer|external)$/,
    adds: ['nofollow', 'ugc', 'noopener'],
    addsWithTarget: [],
  },
};

export const POLICIES = { rich: RICH_POLICY, plain: PLAIN_POLICY };
