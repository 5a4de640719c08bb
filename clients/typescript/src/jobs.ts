import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type { Job } from './openapi.ts';
import { pathOf } from './target.ts';

/** The jobs of the server, for administrators. */
export class Jobs {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list<const Given extends Query<'listJobs'>>(
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Job, 'id', Given>> {
    return listOf(this.#http, '/admin/jobs', query ?? {}, options);
  }

  get(id: string, options?: CallOptions): Promise<Job> {
    return this.#http.request('GET', pathOf('admin/jobs', id), options);
  }

  /** Makes a failed or dead job due immediately. */
  retry(id: string, options?: CallOptions): Promise<Job> {
    return this.#http.request('POST', `${pathOf('admin/jobs', id)}/retry`, options);
  }

  delete(id: string, options?: CallOptions): Promise<void> {
    return this.#http.request('DELETE', pathOf('admin/jobs', id), options);
  }
}
