import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import type { FieldFault } from '../../errors/problem.js';
import { ValidationFailed } from '../../errors/problems.js';
import { filtersOf } from '../../lists/list-query.js';
import { MOST_FIELDS, tooManyFields } from '../bodies/body-limit.js';
import { unknownName } from './fault-messages.js';

type Segment = PropertyKey | { key: PropertyKey };
interface Issue {
  message: string;
  path?: readonly Segment[];
  code?: string;
  keys?: string[];
}

const MOST_FAULTS = 20;

const pathOf = (issue: Issue): string =>
  (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');

/** One fault per unknown key, so that each is named where it stands; the first 20 are enough to act on. */
function toFaults(issue: Issue, { type, data, schema }: ArgumentMetadata): FieldFault[] {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).slice(0, MOST_FAULTS).map((key) => ({
      path: (path ? `${path}.${key}` : key).slice(0, 100),
      code: 'unknown_field',
      message: unknownName(key, type === 'query' ? filtersOf(schema) : undefined),
    }));
  }
  return [
    { path: path || (data ?? ''), code: issue.code ?? 'invalid', message: issue.message.slice(0, 200) },
  ];
}

/** Refused by a schema; the pipe adds which argument it was. */
class Refused extends Error {
  constructor(readonly issues: readonly Issue[]) {
    super();
  }
}

/** No request has so many fields: named one by one they would cost more than they tell. */
function refuseTooWide(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const names = Object.keys(value);
  if (names.length > MOST_FIELDS) throw tooManyFields(`has ${names.length} fields`);
}

class RequestPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => new Refused(issues) });
  }

  /** @throws ValidationFailed */
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    refuseTooWide(value);
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const faults = error.issues.slice(0, MOST_FAULTS).flatMap((issue) => toFaults(issue, metadata));
      throw new ValidationFailed(faults.slice(0, MOST_FAULTS));
    }
  }

  /** Nest would drop `constructor` and its like in silence; strict schemas refuse them as any unknown name. */
  protected override stripProtoKeys(): void {}
}

/** Validates what `@Body`, `@Query` and `@Param` declare with `{ schema }`. */
export const createValidationPipe = () => new RequestPipe();
