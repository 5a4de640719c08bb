import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import type { FieldFault } from '../../errors/problem.js';
import { ValidationFailed } from '../../errors/request-problems.js';
import { parametersOf } from '../../lists/list-query.js';
import { MOST_FIELDS, tooManyFields } from '../bodies/body-limit.js';
import { fieldHint } from '../../schemas/field-hints.js';
import { unknownParameter } from '../../lists/parameter-hints.js';
import './fault-messages.js';

type Segment = PropertyKey | { key: PropertyKey };
interface Issue {
  message: string;
  path?: readonly Segment[];
  code?: string;
  keys?: string[];
}

const MOST_FAULTS = 20;

const nameOf = (segment: Segment): PropertyKey => (typeof segment === 'object' ? segment.key : segment);

const pathOf = (issue: Issue): string =>
  (issue.path ?? []).map((segment) => String(nameOf(segment))).join('.');

/** Returns one fault for each unknown key, so that each is reported at its place. Only the first 20 are reported. */
function toFaults(issue: Issue, value: unknown, argument: ArgumentMetadata): FieldFault[] {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).slice(0, MOST_FAULTS).map((key) => ({
      path: (path ? `${path}.${key}` : key).slice(0, 100),
      code: 'unknown_field',
      message: unknownName(key, argument),
    }));
  }
  const message = messageOf(issue, value, argument);
  return [
    { path: path || (argument.data ?? ''), code: issue.code ?? 'invalid', message: message.slice(0, 300) },
  ];
}

function unknownName(name: string, { type, schema }: ArgumentMetadata): string {
  if (type !== 'query') return fieldHint(schema, name) ?? 'is not a known field';
  const names = Object.keys((schema as { shape?: object } | undefined)?.shape ?? {});
  return unknownParameter(name, parametersOf(schema) ?? { names, instead: new Map() });
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema knows only values: a body that is absent, and a parameter that occurs twice, have other messages here. */
function messageOf({ message, path = [] }: Issue, value: unknown, { type }: ArgumentMetadata): string {
  if (type === 'body' && path.length === 0 && !isObject(value))
    return value === undefined ? 'must have a JSON body' : 'must have a JSON object as its body';
  const [first] = path;
  if (type === 'query' && Array.isArray((value as Record<PropertyKey, unknown>)[nameOf(first ?? '')]))
    return 'must occur only once. Where several values are allowed, separate them by commas';
  return message;
}

/** A schema rejected the value. The pipe adds the name of the argument. */
class Refused extends Error {
  constructor(readonly issues: readonly Issue[]) {
    super();
  }
}

/** Valid requests have far fewer fields, so they are not reported one by one. */
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
      const faults = error.issues.slice(0, MOST_FAULTS).flatMap((issue) => toFaults(issue, value, metadata));
      throw new ValidationFailed(faults.slice(0, MOST_FAULTS));
    }
  }

  /** Nest would silently remove `constructor` and similar keys. Strict schemas reject them like any unknown key. */
  protected override stripProtoKeys(): void {}
}

/** Validates the values of `@Body`, `@Query` and `@Param` with `{ schema }`. */
export const createValidationPipe = () => new RequestPipe();
