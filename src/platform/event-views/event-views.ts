import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { LoggedEvent } from '../events/event.js';
import type { Principal } from '../http/access/principal.js';
import type { Id } from '../schemas/schemas.js';
import { type Glance, idsOf } from './glance.js';

/** An event as a caller can see it. */
export interface Change {
  type: string;
  at: string;
  resource: { type: string; id: string; version: number };
  data?: Record<string, unknown>;
  /** Only true. Another resource has had the id since, so copies that show the id can be newer than the change. */
  reused?: true;
}

/** The length of a resource. Databases know it without reading the text. */
export interface Size {
  id: Id;
  bytes: number;
}

/** How events leave the deployment, to receivers that an administrator chose. */
export interface PublishedEvents {
  /** The types that leave it. */
  types: readonly string[];
  /** The schema of `data`: the view of the resource that public events record. */
  data: z.ZodObject;
  /** Returns the id by which clients know the resource. Default: that of the event. */
  idOf?: (event: LoggedEvent) => string;
  /** Returns false for an event of which nothing leaves, not even the id of its resource. Default: all leave. */
  leaves?: (event: LoggedEvent) => boolean;
  /** Returns what everyone can read of the data of a public event, or null for nothing. Default: all of it. */
  publicPart?: (data: object) => object | null;
}

/** Tells who can learn of the events of one type of resource, and what they see. */
export interface ResourceOfEvents {
  /** The `resource.type` of its events. */
  type: string;
  /** The types of its events. Clients never see other types. */
  events: readonly string[];
  /** True if the caller can learn of all its events. Others learn of public ones and those of which they are an owner. */
  seesAll(by: Principal): boolean;
  /** True if the caller can see its own resources, whoever else can. Default: everybody can. */
  seesOwn?(by: Principal): boolean;
  /**
   * Returns about how many bytes the views of these resources have that can be long. Those that the caller cannot read are
   * absent, so that the length of a page does not tell theirs.
   */
  sizes?(ids: Id[], by: Principal | null): Promise<Size[]>;
  /** True for events whose `reused` must be later than the views of all other resources in the same response. */
  isReadLast?: boolean;
  /**
   * Returns what the caller sees of each event now, in the same order. undefined is an event that the caller cannot learn
   * of.
   */
  show(events: LoggedEvent[], by: Principal | null): Promise<(Change | undefined)[]>;
  /** Returns what of each event clients see that are connected when it happens, in the same order. */
  glance(events: LoggedEvent[]): Promise<Glance[]>;
  /** Returns those of the accounts whose names the caller can read in such resources. */
  accounts?(ids: Id[], by: Principal | null): Promise<Id[]>;
  /** Absent if none of its events leave the deployment. */
  published?: PublishedEvents;
}

/** The number of bytes of long texts in one response. A single resource can have more. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Collects how features show their events. It knows none of them. */
@Injectable()
export class EventViews {
  private readonly resources = new Map<string, ResourceOfEvents>();

  /** The module of a feature calls this in its constructor. */
  add(resource: ResourceOfEvents): void {
    this.resources.set(resource.type, resource);
  }

  /** All types of events that clients can see. */
  types(): string[] {
    return [...this.resources.values()].flatMap(({ events }) => events);
  }

  /** The resources whose events leave the deployment, and how. */
  published(): (PublishedEvents & { type: string })[] {
    return [...this.resources.values()].flatMap(({ type, published }) =>
      published ? [{ type, ...published }] : [],
    );
  }

  /** The types of resources of which the caller can learn everything. */
  allSeenBy(by: Principal | null): string[] {
    if (!by) return [];
    return [...this.resources.values()].filter((resource) => resource.seesAll(by)).map(({ type }) => type);
  }

  /** The types of resources of which the caller can see its own ones. */
  ownSeenBy(by: Principal | null): string[] {
    if (!by) return [];
    return [...this.resources.values()]
      .filter((resource) => resource.seesOwn?.(by) ?? true)
      .map(({ type }) => type);
  }

  /**
   * Like `show` of a resource, for events of all types. The result is shorter than the events if the views of the others
   * would be too long for one response.
   */
  async show(given: LoggedEvent[], by: Principal | null): Promise<(Change | undefined)[]> {
    const events = await this.fitting(given, by);
    const changes = new Map<LoggedEvent, Change | undefined>();
    const groups = [...byType(events)];
    const isLast = ([type]: [string, unknown]) => this.resources.get(type)?.isReadLast === true;
    for (const [type, group] of [...groups.filter((one) => !isLast(one)), ...groups.filter(isLast)]) {
      const shown = (await this.resources.get(type)?.show(group, by)) ?? group.map(() => undefined);
      shown.forEach((change, n) => changes.set(group[n] as LoggedEvent, change));
    }
    return events.map((event) => changes.get(event));
  }

  /** Returns the first events whose views fit into a response. Each event contains the whole view. */
  private async fitting(events: LoggedEvent[], by: Principal | null): Promise<LoggedEvent[]> {
    const bytesOf = new Map<Id, number>();
    for (const [type, group] of byType(events))
      for (const { id, bytes } of (await this.resources.get(type)?.sizes?.(idsOf(group), by)) ?? [])
        bytesOf.set(id, bytes);
    let sum = 0;
    const end = events.findIndex(({ resource }, n) => {
      sum += bytesOf.get(resource.id as Id) ?? 0;
      return n > 0 && sum > MOST_BYTES;
    });
    return end < 0 ? events : events.slice(0, end);
  }

  /** Like `glance` of a resource, for events of all types. Events of types that clients never see are absent. */
  async glance(events: LoggedEvent[]): Promise<Map<LoggedEvent, Glance>> {
    const glances = new Map<LoggedEvent, Glance>();
    for (const [type, group] of byType(events)) {
      const found = (await this.resources.get(type)?.glance(group)) ?? [];
      found.forEach((glance, n) => glances.set(group[n] as LoggedEvent, glance));
    }
    return glances;
  }

  /** Returns those of the accounts whose names the caller can read in any resource. */
  async namedTo(by: Principal | null, ids: Id[]): Promise<Set<Id>> {
    const named = new Set<Id>();
    for (const resource of this.resources.values()) {
      const others = ids.filter((id) => !named.has(id));
      if (others.length === 0) break;
      for (const id of (await resource.accounts?.(others, by)) ?? []) named.add(id);
    }
    return named;
  }
}

const byType = (events: LoggedEvent[]) => Map.groupBy(events, ({ resource }) => resource.type);

/** The event as a change of its resource. */
export const changeOf = ({ type, occurredAt, resource }: LoggedEvent, data?: Change['data']): Change => ({
  type,
  at: occurredAt,
  resource: { type: resource.type, id: resource.id as Id, version: resource.version as number },
  ...(data && { data }),
});

/** Returns the changes with the present views of the resources. A resource without a view is gone for the caller. */
export async function withViews<View extends { id: Id }>(
  events: LoggedEvent[],
  read: (ids: Id[]) => Promise<View[]>,
  shape: (view: View) => Record<string, unknown>,
): Promise<Change[]> {
  const ids = [...new Set(events.map(({ resource }) => resource.id as Id))];
  const views = new Map((await read(ids)).map((view) => [view.id, shape(view)]));
  return events.map((event) => changeOf(event, views.get(event.resource.id as Id)));
}
