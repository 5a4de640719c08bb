import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { messageOf } from '../../platform/errors/thrown.js';
import { ImportFileError } from '../import.errors.js';
import { MAX_DEPTH, MAX_ITEM_LENGTH, MAX_VALUES, written } from '../import.limits.js';
import { JsonPath } from './json-path.js';

export interface GhostRow {
  table: string;
  values: Record<string, unknown>;
  /** For example '$.db[0].data.posts[3]'. */
  path: string;
}

/** Tokens that start neither a value nor a key. */
const SIGNS: ReadonlySet<TokenType> = new Set([
  TokenType.COMMA,
  TokenType.COLON,
  TokenType.RIGHT_BRACE,
  TokenType.RIGHT_BRACKET,
]);

const TABLES = /^\$(\.db\[\d+\])?\.data$/;

/**
 * Turns chunks of a Ghost export into the rows of its tables, `{db: [{data: {posts: [ … ]}}]}` or the same without
 * `db`. `take` returns complete rows, and keeps the rest of a chunk for the next one.
 */
export class GhostRows {
  private readonly tokens = new Tokenizer();
  private readonly parser = new TokenParser({ paths: ['$.db.*.data.*.*', '$.data.*.*'], keepStack: false });
  private readonly path = new JsonPath();
  private ready: GhostRow[] = [];
  private read = 0;
  /** The start of the current row, and of the last token. */
  private rowStart = 0;
  private offset = 0;
  private hasTables = false;
  /** The number of values since the last row. */
  private values = 0;

  constructor(private readonly maxLength = MAX_ITEM_LENGTH) {
    this.tokens.onToken = ({ token, value, offset }) => {
      this.offset = offset;
      this.watch(token, value);
      this.parser.write({ token, value });
    };
    this.parser.onValue = ({ value, stack }) => this.found(value, stack.at(-1)?.key);
  }

  write(chunk: Uint8Array): void {
    try {
      this.tokens.write(chunk);
    } catch (error) {
      throw error instanceof ImportFileError ? error : this.fault(error);
    }
    this.read += chunk.length;
    if (this.read - this.rowStart > this.maxLength)
      this.fail(`the row is longer than ${written(this.maxLength)} bytes`);
  }

  /** @throws ImportFileError if the file ends too early or contains no tables */
  end(): void {
    this.offset = this.read;
    if (!this.parser.isEnded) this.fail('the file is incomplete');
    if (!this.hasTables) {
      throw new ImportFileError(
        'This is JSON, but not a Ghost export: it has no tables below "db" or "data"',
      );
    }
  }

  take(): GhostRow[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  private watch(token: TokenType, value: unknown): void {
    if (this.parser.isEnded) this.fail('there is text after the end of the JSON document');
    if (token === TokenType.LEFT_BRACE && this.path.depth <= 3) {
      this.hasTables ||= TABLES.test(this.path.toString());
    }
    this.path.follow(token, value);
    if (!SIGNS.has(token)) this.values += 1;
    if (this.values > MAX_VALUES) {
      this.fail(
        `there are more than ${written(MAX_VALUES)} values in one row or outside the rows of the tables`,
      );
    }
    if (this.path.depth > MAX_DEPTH) this.fail(`the file has more than ${MAX_DEPTH} nested levels`);
  }

  private found(value: unknown, table: string | number | undefined): void {
    this.rowStart = this.offset;
    this.values = 0;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    this.ready.push({
      table: String(table),
      values: value as unknown as Record<string, unknown>,
      path: this.path.toString(),
    });
  }

  /** Describes the fault of a parser. The tokenizer knows the byte, and the token parser only the token. */
  private fault(error: unknown): ImportFileError {
    const message = messageOf(error);
    const byte = /absolute position "(\d+)"/.exec(message)?.[1];
    const reason = byte ? 'invalid JSON' : 'invalid JSON: a character is missing or unexpected here';
    return new ImportFileError(reason, {
      path: this.path.toString(),
      byte: byte ? Number(byte) : this.offset,
    });
  }

  private fail(reason: string): never {
    throw new ImportFileError(reason, { path: this.path.toString(), byte: this.offset });
  }
}
