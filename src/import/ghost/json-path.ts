import { TokenType } from '@streamparser/json';
import { cut } from '../text.js';

/** The position of the tokens in a JSON document, for example '$.db[0].data.posts[3].html'. */
export class JsonPath {
  private readonly frames: { key: string | number; awaitsKey: boolean }[] = [];

  get depth(): number {
    return this.frames.length;
  }

  /**
   * Must be called with each token before the token is processed. The path is then that of the value that the token
   * starts.
   */
  follow(token: TokenType, value: unknown): void {
    const frame = this.frames.at(-1);
    if (token === TokenType.LEFT_BRACE) this.frames.push({ key: '', awaitsKey: true });
    else if (token === TokenType.LEFT_BRACKET) this.frames.push({ key: 0, awaitsKey: false });
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.frames.pop();
    else if (token === TokenType.COMMA && frame) {
      if (typeof frame.key === 'number') frame.key += 1;
      else frame.awaitsKey = true;
    } else if (token === TokenType.STRING && frame?.awaitsKey) {
      frame.key = cut(String(value), 100);
      frame.awaitsKey = false;
    }
  }

  toString(): string {
    return this.frames.reduce(
      (path, { key }) => (typeof key === 'number' ? `${path}[${key}]` : key ? `${path}.${key}` : path),
      '$',
    );
  }
}
