import { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { AnySlug, Count, page, PathKey, text, Version } from '../platform/schemas/schemas.js';

/** Names are unique without regard to case. Lists of tags are separated by commas, so a name cannot contain one. */
export const TagName = text(1, 100)
  .transform((name) => name.trim().normalize('NFC'))
  .meta({ examples: ['PostgreSQL'] });

/** The slug of a tag in a path. */
export const TagKey = PathKey.meta({ examples: ['postgresql'] });

const description = text(0, 2000)
  .nullable()
  .optional()
  .meta({ examples: ['The database, and what to do with it'] });

export const CreateTag = z
  .strictObject({ name: TagName, description })
  .meta({ id: 'CreateTag', examples: [{ name: 'Essays', description: 'Longer texts' }] });
export type CreateTag = z.infer<typeof CreateTag>;

export const UpdateTag = z
  .strictObject({ name: TagName.optional(), description })
  .meta({ id: 'UpdateTag', examples: [{ description: 'The database, and what to do with it' }] });
export type UpdateTag = z.infer<typeof UpdateTag>;

export const TagView = z
  .object({
    slug: AnySlug.meta({ examples: ['postgresql'] }),
    name: z.string().meta({ examples: ['PostgreSQL'] }),
    description: z
      .string()
      .nullable()
      .meta({ examples: ['The database, and what to do with it'] }),
    postCount: Count.describe('The number of published posts with this tag.').meta({ examples: [1] }),
    version: Version,
  })
  .meta({ id: 'Tag' });
export type TagView = z.infer<typeof TagView>;

export const ListTagsQuery = listQuery({
  sort: ['name', 'slug'],
  defaultSort: 'name',
  fields: ['slug', 'name', 'description', 'postCount', 'version'],
  identity: 'slug',
  search: false,
});
export type ListTagsQuery = z.output<typeof ListTagsQuery>;

export const TagPage = page('TagPage', TagView.partial().required({ slug: true }).meta({ id: 'TagItem' }));
