import { z } from 'zod';
import { Version } from '../schemas/schemas.js';

/** The type of an event, which the feed of changes and the stream of events show. */
export const TypeOfEvent = z
  .string()
  .describe('What has happened. Ignore types that you do not know, because later releases add types.')
  .meta({ examples: ['post.published'] });

/** The resource of an event. @param version the description of its version, which differs between the feed and the stream */
export const resourceWith = (version: string) =>
  z.object({
    type: z.string().meta({ examples: ['post'] }),
    id: z
      .string()
      .describe('The id of the resource. For a tag, its slug.')
      .meta({ examples: ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] }),
    version: Version.describe(version),
  });
