import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
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

/** How faults are described that a schema alone does not know. */
interface Wording {
  unknown: (name: string, path: string) => string;
  message: (issue: Issue) => string;
  /** The path if the fault concerns the whole value. */
  whole: string;
}

/** Only the first 20 faults are reported. */
const faultsOf = (issues: readonly Issue[], wording: Wording): FieldFault[] =>
  issues
    .slice(0, MOST_FAULTS)
    .flatMap((issue) => toFaults(issue, wording))
    .slice(0, MOST_FAULTS);

/** Returns one fault for each unknown key, so that each is reported at its place. */
function toFaults(issue: Issue, { unknown, message, whole }: Wording): FieldFault[] {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).slice(0, MOST_FAULTS).map((key) => ({
      path: [path, key].filter(Boolean).join('.').slice(0, 100),
      code: 'unknown_field',
      message: unknown(key, path),
    }));
  }
  return [{ path: path || whole, code: issue.code ?? 'invalid', message: message(issue).slice(0, 300) }];
}

/**
 * Validates a part of a body by itself, so that the other parts can be valid without it.
 * @param hintOf returns what to do instead of sending a field that is not known at this path of the part, if it is known
 * @returns the value, or its faults with paths below the part
 */
export function validatePart<T>(
  schema: z.ZodType<T>,
  part: unknown,
  hintOf: (name: string, path: string) => string | undefined,
): { value: T } | { faults: FieldFault[] } {
  const { success, data, error } = schema.safeParse(part);
  if (success) return { value: data };
  const unknown = (name: string, path: string) =>
    name === '' ? NAMELESS_FIELD : (hintOf(name, path) ?? UNKNOWN_FIELD);
  return { faults: faultsOf(error.issues, { unknown, message: ({ message }) => message, whole: '' }) };
}

const UNKNOWN_FIELD = 'is not a known field';
/** Its path is that of the whole. */
const NAMELESS_FIELD = 'must not have a field without a name';

function unknownName(name: string, { type, schema }: ArgumentMetadata): string {
  if (name === '') return type === 'query' ? 'must not have a parameter without a name' : NAMELESS_FIELD;
  if (type !== 'query') return fieldHint(schema, name) ?? UNKNOWN_FIELD;
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
      throw new ValidationFailed(
        faultsOf(error.issues, {
          unknown: (name) => unknownName(name, metadata),
          message: (issue) => messageOf(issue, value, metadata),
          whole: metadata.data ?? '',
        }),
      );
    }
  }

  /** Nest would silently remove `constructor` and similar keys. Strict schemas reject them like any unknown key. */
  protected override stripProtoKeys(): void {}
}

/** Validates the values of `@Body`, `@Query` and `@Param` with `{ schema }`. */
export const createValidationPipe = () => new RequestPipe();
