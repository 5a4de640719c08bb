import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImportService } from '../src/import/import.service.js';
import { type Galley, startGalley } from './support/galley.js';
import { fileOf, wxr, wxrComment, wxrItem } from './support/import-files.js';
import { renderedAgain } from './support/rerendering.js';

const FRAME = '<iframe src="https://player.example/1"></iframe>';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley({ EMBED_PROVIDERS: 'player.example' });
});
afterAll(() => galley.stop());

const run = (item: string) => galley.app.get(ImportService).run(fileOf(wxr(item)));

async function imported(id: string, body: string) {
  const fields = { 'wp:post_id': id, 'wp:post_name': `post-${id}`, 'content:encoded': body };
  const report = await run(wxrItem(fields));
  return {
    path: `/api/v1/posts/post-${id}`,
    notes: report.items.find(({ kind }) => kind === 'post')?.reasons,
  };
}

const htmlOf = async (path: string): Promise<string> =>
  ((await galley.anyone.get(path).expect(200)).body as { html: string }).html;

describe('A post of WordPress', () => {
  it('keeps its body, is shown in paragraphs, and the report names what is missing', async () => {
    const body = `One.\n\n[my_form]Two.[/my_form]\n\n${FRAME}\n\n<iframe src="https://other.example/2"></iframe>`;
    const { path, notes } = await imported('1', body);
    const { body: post } = await galley.anyone.get(path).expect(200);
    expect(post).toMatchObject({ body, bodyFormat: 'html' });
    expect(post).not.toHaveProperty('bodyDialect');
    expect(post.html).toMatch(
      /^<p>One\.<\/p>\n<p>Two\.<\/p>\n<p><iframe src="https:\/\/player\.example\/1" [^>]*sandbox=/,
    );
    expect(post.html).toContain('<a href="https://other.example/2">');
    expect(notes).toEqual([
      'the html leaves out the shortcodes "my_form"',
      'an embed of "other.example" was replaced by a link',
    ]);
  });

  it('has the same frames if a thread renders it, because it is long', async () => {
    const { path } = await imported('2', `${'Words.\n\n'.repeat(4000)}${FRAME}`);
    expect(await htmlOf(path)).toMatch(/<p>Words\.<\/p>\n<p><iframe src="https:\/\/player\.example\/1"/);
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await editor.patch(path, { body: `${'More.\n\n'.repeat(4000)}${FRAME}` }).expect(200);
    expect(await htmlOf(path)).toMatch(/<p>More\.<\/p>\n<p><iframe src="https:\/\/player\.example\/1"/);
  });

  it('keeps its paragraphs when an editor saves the body, until a request names the format', async () => {
    const { path } = await imported('3', 'One.\n\nTwo.');
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await editor.patch(path, { body: 'One.\n\nThree.' }).expect(200);
    expect(await htmlOf(path)).toBe('<p>One.</p>\n<p>Three.</p>\n');
    await editor.patch(path, { title: 'Other' }).expect(200);
    expect(await htmlOf(path)).toBe('<p>One.</p>\n<p>Three.</p>\n');
    await editor.patch(path, { bodyFormat: 'html' }).expect(200);
    expect(await htmlOf(path)).toBe('One.\n\nThree.');
    await editor.patch(path, { body: 'One.\n\nFour.' }).expect(200);
    expect(await htmlOf(path)).toBe('One.\n\nFour.');
  });

  it('and its comments keep their paragraphs when a newer renderer renders them', async () => {
    const comment = wxrComment({ content: 'A\nb https://a.example\n\n[c_d]' });
    await run(
      wxrItem({ 'wp:post_id': '4', 'wp:post_name': 'post-4', 'content:encoded': 'One.\n\nTwo.' }, comment),
    );
    const shown = async () => {
      const { body } = await galley.anyone.get('/api/v1/posts/post-4/comments').expect(200);
      return [await htmlOf('/api/v1/posts/post-4'), (body as { data: { html: string }[] }).data[0]?.html];
    };
    const before = await shown();
    expect(before).toEqual([
      '<p>One.</p>\n<p>Two.</p>\n',
      '<p>A<br />\nb <a href="https://a.example" rel="nofollow ugc noopener">https://a.example</a></p>\n<p>[c_d]</p>\n',
    ]);
    await renderedAgain(galley, 'old', async (next) => {
      const { body } = await next.anyone.get('/api/v1/posts/post-4').expect(200);
      const { body: comments } = await next.anyone.get('/api/v1/posts/post-4/comments').expect(200);
      expect([body.html, comments.data[0].html]).toEqual(before);
    });
  });
});
