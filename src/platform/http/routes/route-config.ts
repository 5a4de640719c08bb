import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

type FactsDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

/**
 * Facts about a route that hooks of Fastify require, because they cannot read Nest's metadata. Use it on a method,
 * or on a class for all its methods. Unlike Nest's own decorator, it adds to existing facts.
 */
export const RouteFacts =
  (facts: FastifyContextConfig): FactsDecorator =>
  (target, _key, descriptor) => {
    if (descriptor) return addFacts(descriptor.value as object, facts);
    const { prototype } = target as { prototype: Record<string, unknown> };
    for (const name of Object.getOwnPropertyNames(prototype).filter((own) => own !== 'constructor'))
      if (typeof prototype[name] === 'function') addFacts(prototype[name], facts, 'beneath');
  };

/** The facts of a method have priority over those of its class. */
function addFacts(method: object, facts: FastifyContextConfig, beneath?: 'beneath'): void {
  const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, method) as FastifyContextConfig;
  const merged = beneath ? { ...facts, ...present } : { ...present, ...facts };
  Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, merged, method);
}
