import { Conflict, NotFound } from '../platform/errors/problem.js';

export class TagNotFound extends NotFound {
  static override readonly code = 'tag_not_found';
  static override readonly title = 'Tag not found';
  static readonly advice =
    'Check the slug. A tag without published posts is visible only to editors and admins.';
  constructor(slug: string) {
    super(`No tag with the slug ${slug} exists, or you may not read it.`);
  }
}

export class TagNameTaken extends Conflict {
  static override readonly code = 'tag_name_taken';
  static override readonly title = 'The tag name is taken';
  static readonly advice = 'Use the existing tag, or choose another name.';
  constructor(name: string) {
    super(
      `A tag with the name ${name} already exists. Names are compared without regard to case. Choose another name.`,
    );
  }
}
