import { Conflict } from '../platform/errors/problem.js';

export class SelfFollow extends Conflict {
  static override readonly code = 'self_follow';
  static override readonly title = 'An account cannot follow itself';
  static readonly advice = 'Do not repeat the request. Hide the button to follow on your own profile.';
  constructor() {
    super('You cannot follow your own account. Use the id of another account.');
  }
}
