import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';

/** What an import compares if the number of a post does not identify it. */
export interface Outline {
  /** The slug in the file, or null if it has none. */
  slug: string | null;
  /** RFC 3339 text. */
  createdAt: string;
}

export interface Likeness {
  sameSlug: boolean;
  sameDate: boolean;
}

/** Compares posts of an import with stored posts. Edits never change the time of creation. */
@Injectable()
export class PostOutlinesRepository {
  constructor(private readonly database: Database) {}

  async compare(outlines: (Outline & { id: Id })[]): Promise<(Likeness | undefined)[]> {
    if (outlines.length === 0) return [];
    const rows = await this.database.query<Likeness & { place: string }>(sql`
      SELECT given.place, coalesce(p.slug = given.slug, false) AS "sameSlug", p.created_at = given.at AS "sameDate"
      FROM unnest(${outlines.map(({ id }) => id)}::uuid[], ${slugs(outlines)}::text[], ${dates(outlines)}::timestamptz[])
        WITH ORDINALITY AS given(id, slug, at, place)
      JOIN posts p ON p.id = given.id`);
    const found = new Map(
      rows.map(({ place, sameSlug, sameDate }) => [Number(place), { sameSlug, sameDate }]),
    );
    return outlines.map((_, n) => found.get(n + 1));
  }

  async findAlike(outlines: Outline[]): Promise<(Id | undefined)[]> {
    if (outlines.length === 0) return [];
    const rows = await this.database.query<{ place: string; id: Id }>(sql`
      SELECT given.place, p.id
      FROM unnest(${slugs(outlines)}::text[], ${dates(outlines)}::timestamptz[])
        WITH ORDINALITY AS given(slug, at, place)
      JOIN posts p ON p.slug = given.slug AND p.created_at = given.at`);
    const found = new Map(rows.map(({ place, id }) => [Number(place), id]));
    return outlines.map((_, n) => found.get(n + 1));
  }
}

const slugs = (outlines: Outline[]) => outlines.map(({ slug }) => slug);
const dates = (outlines: Outline[]) => outlines.map(({ createdAt }) => createdAt);
