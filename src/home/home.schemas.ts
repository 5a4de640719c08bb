import { z } from 'zod';

const MOST_HREF_CHARACTERS = 200;
const MOST_LINKS = 20;
const MOST_COLLECTIONS = 100;

const Href = z
  .string()
  .max(MOST_HREF_CHARACTERS)
  .describe('The path on this server.')
  .meta({ examples: ['/api/v1/posts'] });

const LinkView = z
  .object({
    rel: z
      .string()
      .max(50)
      .describe('The relation of the target to this server (RFC 8288, RFC 8631).')
      .meta({ examples: ['service-desc'] }),
    href: Href,
    title: z
      .string()
      .max(100)
      .meta({ examples: ['OpenAPI document'] }),
  })
  .meta({ id: 'Link' });
export type LinkView = z.infer<typeof LinkView>;

const Links = z
  .array(LinkView)
  .max(MOST_LINKS)
  .meta({ examples: [[{ rel: 'service-desc', href: '/openapi.json', title: 'OpenAPI document' }]] });

export const ServiceView = z
  .object({
    name: z
      .string()
      .max(50)
      .meta({ examples: ['Galley'] }),
    version: z
      .string()
      .max(100)
      .describe('The version of the program.')
      .meta({ examples: ['0.1.0'] }),
    links: Links,
  })
  .meta({ id: 'ServiceIndex' });
export type ServiceView = z.infer<typeof ServiceView>;

const CollectionView = z
  .object({
    name: z
      .string()
      .max(50)
      .meta({ examples: ['posts'] }),
    href: Href,
    methods: z
      .array(z.string().max(10))
      .max(10)
      .describe('The methods that the collection supports.')
      .meta({ examples: [['GET', 'HEAD', 'OPTIONS', 'POST']] }),
    description: z
      .string()
      .max(500)
      .meta({ examples: ['Endpoints to create, edit, publish and list posts and pages.'] }),
  })
  .meta({ id: 'Collection' });

export const ApiView = z
  .object({ collections: z.array(CollectionView).max(MOST_COLLECTIONS), links: Links })
  .meta({ id: 'ApiIndex' });
export type ApiView = z.infer<typeof ApiView>;
