import { Conflict } from '../platform/errors/problem.js';

export class TagMergedWithItself extends Conflict {
  static override readonly code = 'tag_merged_with_itself';
  static override readonly title = 'A tag cannot be merged with itself';
  static readonly advice = 'Name another tag as the target.';
  constructor() {
    super('`into` names the tag itself. Set `into` to the slug of the tag that remains.');
  }
}
