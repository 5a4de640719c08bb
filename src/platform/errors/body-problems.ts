import { Problem } from './problem.js';

/** Problems of the body of a request, and of ranges of files. */

export class BodyTooLarge extends Problem {
  static override readonly status = 413;
  static override readonly code = 'body_too_large';
  static override readonly title = 'The body is too large';
  static readonly advice = 'Send a smaller body, or use an endpoint that accepts files.';
}

export class UnsupportedMediaType extends Problem {
  static override readonly status = 415;
  static override readonly code = 'unsupported_media_type';
  static override readonly title = 'The content type is not supported';
  static readonly advice =
    'Send a format that the response names in `Accept`, `Accept-Patch` or `Accept-Encoding`.';
  override readonly headers: Record<string, string>;

  /** @param accepted the headers that name what is accepted (RFC 9110 15.5.16) */
  constructor(detail: string, accepted: Record<string, string> = {}) {
    super(detail);
    this.headers = accepted;
  }
}

export class FileTooLarge extends Problem {
  static override readonly status = 413;
  static override readonly code = 'file_too_large';
  static override readonly title = 'The file is too large';
  static readonly advice =
    'Send a smaller file, or ask the operator to raise UPLOAD_MAX_SIZE. `detail` names another way, if there is one.';
  /** @param otherwise what to do instead, as a sentence */
  constructor(most: number, otherwise: string) {
    super(`The file exceeds the limit of ${most} bytes (UPLOAD_MAX_SIZE). ${otherwise}`);
  }
}

export class UploadTooSlow extends Problem {
  static override readonly status = 408;
  static override readonly code = 'upload_too_slow';
  static override readonly title = 'The upload is too slow';
  static readonly advice = 'Repeat the request with a faster connection.';
  override readonly headers = { connection: 'close' };
  constructor() {
    super('After the first 10 s, the file must arrive at 32 KiB/s or more. Use a faster connection.');
  }
}

export class NoRoomForFile extends Problem {
  static override readonly status = 507;
  static override readonly code = 'no_room_for_file';
  static override readonly title = 'Not enough disk space for the file';
  static readonly advice = 'Try again later, and inform the operator if the problem remains.';
  constructor() {
    super(
      'The disk for uploads is full, so the file was not accepted and nothing was changed. Try again later, or inform the operator.',
    );
  }
}

export class RangeNotSatisfiable extends Problem {
  static override readonly status = 416;
  static override readonly code = 'range_not_satisfiable';
  static override readonly title = 'The range is outside the file';
  static readonly advice = 'Request a range within the file, or the whole file.';
}
