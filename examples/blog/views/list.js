import { galley } from '../client.js';
import { date, element, field, link } from '../dom.js';
import { form } from '../form.js';

const FIELDS = ['slug', 'title', 'excerpt', 'publishedAt'];

export async function showList({ tag, q }) {
  const posts = galley.posts.list({
    limit: 10,
    fields: FIELDS,
    include: ['author', 'tags'],
    q,
    'filter[tag]': tag && [tag],
  });
  const cards = element('div');
  const more = element('button', { textContent: 'More posts' });
  async function read(cursor) {
    const { data, meta } = await posts.page(cursor);
    cards.append(...data.map(card));
    more.hidden = meta.nextCursor === null;
    more.onclick = () => read(meta.nextCursor);
    return data.length;
  }
  const count = await read();
  const heading = tag ? `Posts about ${tag}` : q ? `Posts with “${q}”` : 'Posts';
  const none =
    count === 0 && element('p', { className: 'faint', textContent: 'There are no posts here yet.' });
  return element('section', {}, element('h1', { textContent: heading }), search(q), none, cards, more);
}

const search = (q = '') =>
  form(
    'Search',
    ({ words }) => {
      location.hash = `#/search/${encodeURIComponent(words)}`;
    },
    field('Words', { name: 'words', type: 'search', value: q, maxLength: 200 }),
  );

const card = ({ slug, title, excerpt, publishedAt, author, tags }) =>
  element(
    'article',
    { className: 'card' },
    element('h2', {}, link(title, `#/posts/${encodeURIComponent(slug)}`)),
    element('p', { className: 'faint' }, author.name, ' · ', date(publishedAt)),
    element('p', { textContent: excerpt }),
    tagLinks(tags),
  );

export const tagLinks = (tags) =>
  element(
    'p',
    { className: 'row faint' },
    ...tags.map(({ slug, name }) => link(name, `#/tags/${encodeURIComponent(slug)}`)),
  );
