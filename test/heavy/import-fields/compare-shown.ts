import type { ImportReport } from '../../../src/import/import.report.js';
import { explanation } from './explained.ts';
import { type FileEntity, valueOf } from './file-entity.ts';
import { type FormerBody, formerHtml } from './former-system.ts';
import type { Imported } from './imported.ts';
import { sameText } from './same.ts';
import { type Difference, differences, type Shown, shownBy } from './shown.ts';

/** A text that the former system shows in another way. */
export interface ShownDifference {
  title: string;
  differences: Difference[];
  /** What the report says about the post. */
  reasons: string[];
  /** Why it is so, or undefined if nothing explains it. */
  why: string | undefined;
}

export interface ShownTexts {
  compared: number;
  different: ShownDifference[];
}

interface Pair extends FormerBody {
  html: string;
  title: string;
  key: string;
  /** The comment, or the post. */
  own: string;
}

/** Compares what readers see in the former system and here. */
export async function compareShown(
  entities: FileEntity[],
  found: Imported,
  program: string | undefined,
): Promise<ShownTexts> {
  const { report } = found;
  const isGhost = report.format === 'ghost';
  const pairs = isGhost ? ghostPairs(entities, found) : wordpressPairs(entities, found);
  if (!isGhost && !program) return { compared: 0, different: [] };
  const former = program && !isGhost ? await formerHtml(program, pairs) : undefined;
  const files = new Set(found.attachments.values());
  const different = pairs.flatMap((pair): ShownDifference[] => {
    const pages: [Shown, Shown] = [shownBy(former?.get(pair.id) ?? pair.body), shownBy(pair.html)];
    const apart = differences(...pages);
    if (apart.length === 0) return [];
    const reasons = reasonsOf(report, pair);
    return [
      {
        title: pair.title,
        differences: apart,
        reasons,
        why: explanation(pair, apart, pages, reasons, files),
      },
    ];
  });
  return { compared: pairs.length, different };
}

function wordpressPairs(entities: FileEntity[], found: Imported): Pair[] {
  return entities.flatMap((entity, index): Pair[] => {
    const isPost = entity.role === 'item';
    const kind = isPost ? 'post' : 'comment';
    const id = found.ids.get(`${kind} ${entity.id}`) ?? '';
    const html = (isPost ? found.posts.get(id) : found.comments.get(id))?.html;
    if (html === undefined || (!isPost && entity.role !== 'comment')) return [];
    // A second item with the same id was skipped, which the report says.
    if (isPost && !sameText(valueOf(entity, 'title') || '(untitled)', found.posts.get(id)?.title)) return [];
    const field = isPost ? 'content:encoded' : 'wp:comment_content';
    const body = entity.fields.find(({ name }) => name === field)?.value ?? '';
    const item = entity.parent ?? entity;
    return [
      {
        id: String(index),
        kind,
        body,
        html,
        title: `${kind} ${valueOf(item, 'title')}`,
        key: item.key,
        own: entity.key,
      },
    ];
  });
}

function ghostPairs(entities: FileEntity[], found: Imported): Pair[] {
  return entities.flatMap((entity): Pair[] => {
    const post = found.posts.get(found.ids.get(`post ${entity.key}`) ?? '');
    const body = valueOf(entity, 'html');
    if (entity.kind !== 'posts' || !post || !body) return [];
    const html = post.html;
    return [
      {
        id: entity.id,
        kind: 'post',
        body,
        html,
        title: valueOf(entity, 'title'),
        key: entity.key,
        own: entity.key,
      },
    ];
  });
}

const reasonsOf = (report: ImportReport, { kind, key, own }: Pair): string[] =>
  report.items
    .filter((item) => (item.kind === 'comment') === (kind === 'comment'))
    .filter((item) => item.key.toLowerCase().endsWith(` ${kind === 'comment' ? own : key}`))
    .flatMap((item) => item.reasons);
