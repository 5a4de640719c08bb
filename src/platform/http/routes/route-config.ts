import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

type FactsDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

/**
 * What hooks of Fastify have to know of a route, where Nest's metadata does not reach: on a method, or on a
 * class for all its methods. Unlike Nest's own decorator it adds to what is there.
 */
export const RouteFacts =
  (facts: FastifyContextConfig): FactsDecorator =>
  (target, _key, descriptor) => {
    if (descriptor) return addFacts(descriptor.value as object, facts);
    const { prototype } = target as { prototype: Record<string, unknown> };
    for (const name of Object.getOwnPropertyNames(prototype).filter((own) => own !== 'constructor'))
      if (typeof prototype[name] === 'function') addFacts(prototype[name], facts, 'beneath');
  };

/** What a class says stands beneath what its method says. */
function addFacts(method: object, facts: FastifyContextConfig, beneath?: 'beneath'): void {
  const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, method) as FastifyContextConfig;
  const merged = beneath ? { ...facts, ...present } : { ...present, ...facts };
  Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, merged, method);
}
