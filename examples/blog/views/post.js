import { galley } from '../client.js';
import { date, element, link, sanitized } from '../dom.js';
import { showComments } from './comments.js';
import { tagLinks } from './list.js';

export async function showPost(slug) {
  const post = await galley.posts.get(slug);
  const isOwn = (await galley.auth.userId()) === post.authorId;
  return element(
    'article',
    {},
    element('h1', { textContent: post.title }),
    element(
      'p',
      { className: 'row faint' },
      post.author.name,
      post.publishedAt ? date(post.publishedAt) : 'a draft',
      isOwn && link('Edit', `#/edit/${encodeURIComponent(post.slug)}`),
    ),
    sanitized('div', post.html),
    tagLinks(post.tags),
    post.status === 'published' && (await showComments(post)),
  );
}
