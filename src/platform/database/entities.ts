import { getMetadataArgsStorage } from 'typeorm';

/**
 * Every class that carries `@Entity`, from whichever feature was loaded: the
 * platform imports no feature, so they are read where TypeORM registers them.
 */
export const entityClasses = (): (new () => unknown)[] =>
  getMetadataArgsStorage()
    .tables.map((table) => table.target)
    .filter((target): target is new () => unknown => typeof target === 'function');
