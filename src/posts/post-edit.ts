import { changesOf, type PostChanges } from './post-changes.js';
import type { UpdatePost } from './post-requests.schemas.js';
import type { PostSource } from './post-rows.js';
import {
  columnsOf,
  hasSource,
  REVISED_FIELDS,
  type RevisedField,
  type RevisedPost,
} from './revisions/revised-post.js';

/** What an edit does to the content of a post. */
export interface PostEdit {
  /** The fields that it gives, whether they differ or not. */
  fields: RevisedField[];
  /** Where it places a page. undefined keeps the value. */
  place: Pick<UpdatePost, 'type' | 'parentId'>;
  /** undefined keeps the tags. */
  tags?: string[];
  note: string | null;
  /** The number of the revision whose content it restores. */
  restoredFrom: number | null;
  /**
   * The changes of the content, except those of its body and tags.
   * @param summary what is shown of the present content without an excerpt
   * @throws ValidationFailed
   */
  changes: (present: RevisedPost, summary: string) => PostChanges;
  /** What the HTML is rendered from. undefined if it stays as it is. */
  source: (present: RevisedPost) => PostSource | undefined;
}

/** The edit of a request. One that names the format of the body ends the dialect and the context of an imported body. */
export function editOfRequest(request: UpdatePost): PostEdit {
  const { type, parentId, tags, note = null, body, bodyFormat } = request;
  return {
    fields: REVISED_FIELDS.filter((field) => request[field] !== undefined),
    place: { type, parentId },
    tags: tags === undefined ? undefined : (tags ?? []),
    note,
    restoredFrom: null,
    changes: (present, summary) => changesOf(request, { ...present, summary }),
    source: (present) =>
      body === undefined && bodyFormat === undefined
        ? undefined
        : {
            body: body ?? present.body,
            bodyFormat: bodyFormat ?? present.bodyFormat,
            bodyDialect: bodyFormat === undefined ? present.bodyDialect : null,
            bodyContext: bodyFormat === undefined ? present.bodyContext : null,
          },
  };
}

/** The edit that gives a post some fields of an earlier revision. Its values were valid when they were written. */
export function editOfRevision(
  content: RevisedPost,
  number: number,
  fields: RevisedField[],
  note: string | null,
): PostEdit {
  const has = (field: RevisedField) => fields.includes(field);
  const { type, parentId, tags } = content;
  return {
    fields,
    place: { type: has('type') ? type : undefined, parentId: has('parentId') ? parentId : undefined },
    tags: has('tags') ? tags : undefined,
    note,
    restoredFrom: number,
    changes: () =>
      columnsOf(
        content,
        fields.filter((field) => !hasSource([field])),
      ),
    source: () => (hasSource(fields) ? content : undefined),
  };
}
