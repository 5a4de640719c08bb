import { getMetadataArgsStorage } from 'typeorm';

/**
 * Returns all loaded classes with `@Entity`. The platform imports no feature, so it reads them from the registry of
 * TypeORM.
 */
export const entityClasses = (): (new () => unknown)[] =>
  getMetadataArgsStorage()
    .tables.map((table) => table.target)
    .filter((target): target is new () => unknown => typeof target === 'function');
