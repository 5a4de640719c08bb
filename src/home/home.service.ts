import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { ModulesContainer } from '@nestjs/core';
import { processSettings } from '../platform/config/process.settings.js';
import { sectionsOf } from '../platform/http/contract/api-description.js';
import { API_PATH } from '../platform/http/routes/api-path.js';
import { httpSettings, type HttpSettings } from '../platform/http/settings/http.settings.js';
import { RouteTable } from '../platform/http/routes/route-table.js';
import type { ApiView, LinkView, ServiceView } from './home.schemas.js';

const LINKS: LinkView[] = [
  { rel: 'service', href: API_PATH, title: 'Collections of the API' },
  { rel: 'service-doc', href: '/docs', title: 'API reference' },
  { rel: 'service-doc', href: '/docs/guide', title: 'Guide for front ends' },
  { rel: 'service-desc', href: '/openapi.json', title: 'OpenAPI document' },
  { rel: 'alternate', href: '/feeds/posts.rss', title: 'Feed of posts (RSS)' },
  { rel: 'alternate', href: '/feeds/posts.atom', title: 'Feed of posts (Atom)' },
  { rel: 'alternate', href: '/feeds/posts.json', title: 'Feed of posts (JSON)' },
  { rel: 'help', href: '/docs/problems', title: 'Error codes' },
  { rel: 'status', href: '/health', title: 'Status of the process' },
  { rel: 'register', href: `${API_PATH}/auth/register`, title: 'Register an account (POST)' },
  { rel: 'login', href: `${API_PATH}/auth/login`, title: 'Log in (POST)' },
];

/** In production, proxies publish no health routes, so that these links would lead nowhere. */
const INTERNAL = ['status'];

/** Feeds contain complete addresses, so that they require PUBLIC_URL. */
const FEED = 'alternate';

/** A collection is a path below that of the API without parameters that can be read. */
const COLLECTION = new RegExp(`^${API_PATH}/([a-z-]+)$`);

/** Tells programs and people what this server offers. The routes of the app decide, so that every link works. */
@Injectable()
export class HomeService {
  constructor(
    private readonly routes: RouteTable,
    private readonly modules: ModulesContainer,
    @Inject(processSettings.KEY) private readonly config: ConfigType<typeof processSettings>,
    @Inject(httpSettings.KEY) private readonly http: Pick<HttpSettings, 'PUBLIC_URL'>,
  ) {}

  service(): ServiceView {
    return { name: 'Galley', version: this.config.APP_VERSION, links: this.links() };
  }

  api(): ApiView {
    const sections = sectionsOf(this.modules);
    const collections = this.routes.readable().flatMap((href) => {
      const name = COLLECTION.exec(href)?.[1];
      if (name === undefined) return [];
      const description = sections.find((section) => section.name === name)?.description ?? '';
      return { name, href, methods: this.routes.methodsOf(href), description };
    });
    return { collections, links: this.links().filter(({ href }) => href !== API_PATH) };
  }

  private links(): LinkView[] {
    return LINKS.filter(
      ({ rel, href }) =>
        !(this.config.production && INTERNAL.includes(rel)) &&
        !(this.http.PUBLIC_URL === undefined && rel === FEED) &&
        this.routes.methodsOf(href).length > 0,
    );
  }
}
