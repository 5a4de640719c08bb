import { z } from 'zod';
import { Slug } from '../platform/schemas/schemas.js';

export const MergeTag = z
  .strictObject({ into: Slug.describe('The slug of the tag that remains.') })
  .meta({ id: 'MergeTag', examples: [{ into: 'databases' }] });
export type MergeTag = z.infer<typeof MergeTag>;
