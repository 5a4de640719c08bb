import { BadRequest, Problem } from './problem.js';

/**
 * Problems of conditional requests (RFC 9110, section 13). `place` is where the request states the condition: the header,
 * or the path of a field, such as `operations.3.ifMatch`.
 */

export class InvalidIfMatch extends BadRequest {
  static override readonly code = 'invalid_if_match';
  static override readonly title = 'The If-Match header is not valid';
  static readonly advice = 'Send the `ETag` of an earlier response, unchanged.';
  constructor(place = 'If-Match') {
    super(`${place} must be the ETag of an earlier response, a version such as "3", or *.`);
  }
}

export class PreconditionFailed extends Problem {
  static override readonly status = 412;
  static override readonly code = 'version_mismatch';
  static override readonly title = 'The resource has changed';
  static readonly advice =
    'Read the resource again, apply your change to it, and repeat the request with the new `ETag`.';
  constructor(place = 'If-Match') {
    super(
      `${place} does not match the current version of the resource. Read the resource again, then repeat the change with the new ETag.`,
    );
  }
}

export class IfNoneMatchFailed extends Problem {
  static override readonly status = 412;
  static override readonly code = 'if_none_match_failed';
  static override readonly title = 'If-None-Match matches the current resource';
  static readonly advice = 'Remove `If-None-Match`, or name only other versions in it.';
  constructor() {
    super(
      'If-None-Match matches the current version, so the change was not made. Remove the header, or name only other versions.',
    );
  }
}

export class PreconditionRequired extends Problem {
  static override readonly status = 428;
  static override readonly code = 'if_match_required';
  static override readonly title = 'If-Match is required';
  static readonly advice =
    'Repeat the request with `If-Match` and the `ETag` of the version that you change.';
  constructor(place = 'the If-Match header') {
    super(`This deployment requires ${place}. Set it to the ETag of the version that you change.`);
  }
}
