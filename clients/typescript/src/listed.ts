import type { CallOptions, Http } from './http.ts';
import { List, type Page } from './list.ts';
import type { operations } from './openapi.ts';

/** The query of an operation, with the names of the OpenAPI document. */
export type Query<Operation extends keyof operations> = NonNullable<
  operations[Operation]['parameters']['query']
>;

type Chosen<Given, Key extends string> = Given extends Record<Key, readonly (infer Name)[]> ? Name : never;

/** An item of a list: the whole resource, or its identifier and what `fields` and `include` name. */
export type Listed<Whole, Identifier extends keyof Whole, Given> = Given extends {
  fields: readonly unknown[];
}
  ? Pick<Whole, Identifier | (keyof Whole & (Chosen<Given, 'fields'> | Chosen<Given, 'include'>))>
  : Whole;

export function listOf<Item>(http: Http, path: string, query: object, options?: CallOptions): List<Item> {
  return new List<Item>((cursor) =>
    // A cursor replaces the number of the page.
    http.request<Page<Item>>('GET', path, {
      ...options,
      query: { ...query, ...(cursor && { cursor, page: undefined }) },
    }),
  );
}
