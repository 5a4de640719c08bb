import { Conflict, NotFound } from '../platform/errors/problem.js';

export class TagNotFound extends NotFound {
  static override readonly code = 'tag_not_found';
  static override readonly title = 'No such tag';
  constructor(slug: string) {
    super(`There is no tag ${slug}`);
  }
}

export class TagNameTaken extends Conflict {
  static override readonly code = 'tag_name_taken';
  static override readonly title = 'A tag has this name';
  constructor(name: string) {
    super(`A tag is called ${name} already, without regard to case`);
  }
}

export class TagMergedWithItself extends Conflict {
  static override readonly code = 'tag_merged_with_itself';
  static override readonly title = 'A tag cannot be merged with itself';
  constructor() {
    super('`into` names the same tag: name the one that stays');
  }
}
