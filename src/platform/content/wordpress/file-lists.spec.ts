import { describe, expect, it } from '@jest/globals';
import type { BodyContext } from '../body-context.js';
import { render, type RenderedWithNotes } from '../render.js';

const CONTEXT: BodyContext = {
  files: {
    1: { url: 'https://b.example/a.jpg?x=1&y=2', alt: 'An "A"', caption: 'The <em>first</em>' },
    2: { url: 'https://b.example/b.PNG' },
    3: { url: 'https://b.example/c.pdf' },
    4: { url: 'https://b.example/d.mp3', title: 'A <song>' },
  },
  filesOf: { '': ['2', '1', '4'], 7: ['1'] },
};

const show = (body: string, context?: BodyContext): RenderedWithNotes =>
  render({
    kind: { policy: 'rich', summarized: false },
    body,
    format: 'html',
    dialect: 'wordpress',
    context,
  });

const A =
  '<a href="https://b.example/a.jpg?x=1&amp;y=2"><img src="https://b.example/a.jpg?x=1&amp;y=2" alt="An &quot;A&quot;" /></a>';
const ITEM_A = `<figure class="gallery-item">${A}<figcaption class="gallery-caption">The <em>first</em></figcaption></figure>`;
const ITEM_B =
  '<figure class="gallery-item"><a href="https://b.example/b.PNG"><img src="https://b.example/b.PNG" alt="" /></a></figure>';
const of = (items: string, columns = 3) => `<div class="gallery gallery-columns-${columns}">${items}</div>`;

describe('A gallery', () => {
  it.each([
    ['[gallery ids="1,2"]', of(ITEM_A + ITEM_B)],
    ['[gallery include="2, 1" columns="2"]', of(ITEM_B + ITEM_A, 2)],
    ['[gallery]', of(ITEM_B + ITEM_A)],
    ['[gallery order="DESC"]', of(ITEM_A + ITEM_B)],
    ['[gallery exclude="2"]', of(ITEM_A)],
    ['[gallery id="7"]', of(ITEM_A)],
    [
      '[gallery ids="2" link="none"]',
      of('<figure class="gallery-item"><img src="https://b.example/b.PNG" alt="" /></figure>'),
    ],
    ['<!-- wp:gallery {"ids":[1,2],"columns":4,"linkTo":"media"} /-->', of(ITEM_A + ITEM_B, 4)],
  ])('shows the images of the export: %s', (body, html) => {
    const shown = show(body, CONTEXT);
    expect(shown).toEqual({ html, summary: '', notes: [] });
  });

  it('needs the files that its context does not contain, and is listed', () => {
    expect(show('[gallery ids="1,2"][gallery][gallery id="7"]')).toEqual({
      html: '',
      summary: '',
      notes: [
        'a gallery was left out, because the export does not contain its files "1", "2"',
        'a gallery was left out, because the export contains no such files of the post',
      ],
      needs: { files: ['1', '2'], posts: ['', '7'] },
    });
    expect(show('[gallery ids="1,9"]', CONTEXT)).toMatchObject({
      html: of(ITEM_A),
      notes: ['a gallery lacks the files "9", which the export does not contain'],
    });
    expect(show('[gallery ids="3"]', CONTEXT).notes).toHaveLength(1);
  });

  it('cannot be multiplied without end', () => {
    const { html } = show('[gallery ids="1,2"]'.repeat(5000), CONTEXT);
    expect(html.match(/<img/g)).toHaveLength(1000);
  });
});

it('A playlist shows the players of the export', () => {
  const player =
    '<figure class="wp-block-audio"><audio controls src="https://b.example/d.mp3"></audio><figcaption>A &lt;song&gt;</figcaption></figure>';
  expect(show('[playlist ids="4"]', CONTEXT).html).toBe(player);
  expect(show('[playlist]', CONTEXT).html).toBe(player);
  expect(show('[playlist type="video"]', CONTEXT)).toMatchObject({ html: '', notes: [expect.any(String)] });
});

describe('A footnote', () => {
  const BODY =
    '<!-- wp:paragraph --><p>Text<sup data-fn="f-1" class="fn"><a href="#f-1" id="f-1-link">1</a></sup></p><!-- /wp:paragraph -->\n\n' +
    '<!-- wp:footnotes /-->';

  it('links to its place in the text, and the other way round', () => {
    const { html, notes } = show(BODY, { footnotes: [{ id: 'f-1', content: 'See <a href="/x">x</a>' }] });
    expect(html).toContain('<sup><a href="#user-content-f-1" id="user-content-f-1-link">1</a></sup>');
    expect(html).toContain(
      '<ol class="wp-block-footnotes"><li id="user-content-f-1">See <a href="/x">x</a> <a href="#user-content-f-1-link">↩︎</a></li></ol>',
    );
    expect(notes).toEqual([]);
  });

  it('that the export does not contain is listed', () => {
    expect(show(BODY).notes).toEqual(['the html leaves out blocks that WordPress fills: "footnotes"']);
  });

  it('cannot contain what a body cannot', () => {
    const { html } = show(BODY, {
      footnotes: [{ id: '"><script>', content: '<script>x</script><b onclick=x>' }],
    });
    expect(html).not.toMatch(/<script|onclick/);
  });
});
