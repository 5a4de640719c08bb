import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ValidationFailed } from '../errors/problems.js';
import type { FieldFault } from '../errors/problem.js';

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
function toFaults(issue: Issue): FieldFault[] {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).slice(0, MOST_FAULTS).map((key) => ({
      path: (path ? `${path}.${key}` : key).slice(0, 100),
      code: 'unknown_field',
      message: 'is not known here',
    }));
  }
  return [{ path, code: issue.code ?? 'invalid', message: issue.message.slice(0, 200) }];
}

/** Nest would drop `constructor` and its like in silence; strict schemas refuse them as any unknown name. */
class StrictPipe extends StandardSchemaValidationPipe {
  protected override stripProtoKeys(): void {}
}

/** Validates what `@Body`, `@Query` and `@Param` declare with `{ schema }`. */
export const createValidationPipe = () =>
  new StrictPipe({
    exceptionFactory: (issues) =>
      new ValidationFailed(
        issues
          .slice(0, MOST_FAULTS)
          .flatMap((issue) => toFaults(issue as Issue))
          .slice(0, MOST_FAULTS),
      ),
  });
