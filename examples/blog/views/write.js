import { galley } from '../client.js';
import { element, field, link } from '../dom.js';
import { form } from '../form.js';

/** Writes a new post, or changes an existing one. */
export async function showEditor(slug) {
  if (!(await galley.auth.userId())) return element('p', {}, link('Log in', '#/login'), ' to write.');
  let post = slug && (await galley.posts.get(slug));
  return element(
    'section',
    {},
    element('h1', { textContent: post ? 'Edit' : 'Write' }),
    form(
      post?.status === 'published' ? 'Save' : 'Publish',
      async ({ title, body, tags }, options) => {
        const changes = { title, body, tags: tags.split(',').filter((tag) => tag.trim()) };
        // The client sends the version of `post`. If somebody else has changed it since, nothing is overwritten.
        post = post ? await galley.posts.update(post, changes) : await galley.posts.create(changes, options);
        if (post.status === 'draft') post = await galley.posts.publish(post);
        location.hash = `#/posts/${encodeURIComponent(post.slug)}`;
      },
      field('Title', { name: 'title', value: post?.title ?? '', maxLength: 200 }),
      field('Text (Markdown)', { name: 'body', value: post?.body ?? '' }, 'textarea'),
      field('Tags, separated by commas', { name: 'tags', value: tagsOf(post), required: false }),
    ),
  );
}

const tagsOf = (post) => (post?.tags ?? []).map(({ name }) => name).join(', ');
