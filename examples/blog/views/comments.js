import { galley } from '../client.js';
import { date, element, field, link, sanitized } from '../dom.js';
import { form } from '../form.js';

/** Shows the comments of a post as a tree, and a form for the next one. */
export async function showComments(post) {
  const shown = new Map();
  const thread = element('div');
  const canWrite = post.commentsOpen && (await galley.auth.userId()) !== undefined;
  function add(comment) {
    const node = commentNode(
      comment,
      canWrite && ((body, options) => send({ body, parentId: comment.id }, options)),
    );
    shown.set(comment.id, node);
    // Comments come oldest first, so the parent is there already. A filter can hide it.
    (shown.get(comment.parentId)?.replies ?? thread).append(node);
  }
  async function send(given, options) {
    const comment = await galley.comments.create(post, given, options);
    add(comment);
    shown.get(comment.id).scrollIntoView({ block: 'nearest' });
  }
  for await (const comment of galley.comments.list(post, { limit: 100 })) add(comment);
  return element(
    'section',
    { id: 'comments' },
    element('h2', { textContent: 'Comments' }),
    thread,
    canWrite ? writing('Comment', (body, options) => send({ body }, options)) : whyNot(post),
  );
}

const whyNot = ({ commentsOpen }) =>
  commentsOpen
    ? element('p', { className: 'faint' }, link('Log in', '#/login'), ' to write a comment.')
    : element('p', { className: 'faint', textContent: 'Comments on this post are closed.' });

function commentNode({ html, author, status, createdAt }, reply) {
  const replies = element('div', { className: 'replies' });
  const answer = element('button', { className: 'link', textContent: 'Reply' });
  answer.onclick = () => {
    const answering = writing('Reply', async (body, options) => {
      await reply(body, options);
      answering.replaceWith(answer);
    });
    answer.replaceWith(answering);
    answering.querySelector('textarea').focus();
  };
  const node = element(
    'div',
    { className: 'comment' },
    element('p', { className: 'row faint' }, author?.name ?? 'A deleted comment', date(createdAt)),
    status === 'pending' &&
      element('p', { className: 'faint', textContent: 'This comment waits for approval.' }),
    sanitized('div', html),
    reply && status !== 'deleted' && answer,
    replies,
  );
  return Object.assign(node, { replies });
}

function writing(submit, send) {
  const node = form(
    submit,
    async ({ body }, options) => {
      await send(body, options);
      node.reset();
    },
    field('Your comment (Markdown)', { name: 'body', maxLength: 10_000 }, 'textarea'),
  );
  return node;
}
