import pg from 'pg';
import { within } from '../deadline/deadline.js';
import { causeOf, isAnswer, sayFault } from './session-faults.js';

/** A probe waits as long as a request waits for a connection (DATABASE_POOL_WAIT_MS). */
const probeMs = ({ connectionTimeoutMillis = 2000 }: pg.PoolConfig) => connectionTimeoutMillis;

/** What the breaker needs of the connections and tells about them. */
interface Connections {
  /** Tells whether a connection is open. */
  exist(): boolean;
  /** Breaks all connections, whose requests would otherwise wait for their deadlines. */
  drop(): void;
  /** Reports the error of a connection that failed and whether the breaker is open, or that PostgreSQL can be used. */
  report(fault?: { error: unknown; isOpen: boolean }): void;
}

/**
 * The circuit breaker of the connections to PostgreSQL. While it is open, statements fail immediately, because a
 * frozen server or a dead network would let each request wait for its deadline. It opens only if statements wait,
 * none of them is answered, and a connection of its own (a probe) fails as well, so a slow statement, a locked table
 * or a busy pool cannot open it. If PostgreSQL responds but rejects new connections (wrong password, too many
 * connections), those that are open remain in use, and it opens only if there are none. Probes also find out when
 * PostgreSQL can be used again; no request waits for one.
 * Source: docs/decisions/0060-without-postgresql.md.
 */
export class DatabaseBreaker {
  private waiting = 0;
  private answers = 0;
  private answersBefore = 0;
  private isSuspected = false;
  private open = false;
  private hasSession = true;
  private lastError: unknown;

  constructor(
    private readonly options: pg.PoolConfig,
    private readonly connections: Connections,
  ) {}

  /** True while statements fail immediately. */
  get isOpen(): boolean {
    return this.open;
  }

  /** Why the last probe failed, or undefined if PostgreSQL can be used. */
  get fault(): unknown {
    return this.lastError;
  }

  /** True if PostgreSQL responded to the last statement. */
  get isReached(): boolean {
    return !this.open && this.hasSession;
  }

  asked(): void {
    this.waiting++;
  }

  answered(): void {
    this.waiting--;
    this.answers++;
    this.hasSession = true;
  }

  /** @param error a problem if there was no connection for the statement, with the reason as its cause */
  failed(error: unknown): void {
    this.waiting--;
    if (isAnswer(causeOf(error))) this.answers++;
    this.hasSession = isAnswer(error);
    if (!this.hasSession) this.isSuspected = true;
  }

  /** Opens and closes the breaker. Call it twice a second. */
  async watch(): Promise<void> {
    const isSilent = this.waiting > 0 && this.answers === this.answersBefore;
    this.answersBefore = this.answers;
    if (this.lastError === undefined && !this.isSuspected && !isSilent) return;
    this.isSuspected = false;
    const before = this.answers;
    const error = await whyNoSession(this.options);
    if (error === undefined) this.turnOff();
    else if (isAnswer(error)) this.note(error, this.open || !this.connections.exist());
    else if (this.answers === before) this.note(error, true);
  }

  private note(error: unknown, isOpen: boolean): void {
    const [wasOpen, known] = [this.open, this.lastError];
    this.open = isOpen;
    this.lastError = error;
    if (isOpen !== wasOpen || known === undefined || sayFault(known) !== sayFault(error))
      this.connections.report({ error, isOpen });
    if (isOpen && !wasOpen) this.connections.drop();
  }

  private turnOff(): void {
    this.hasSession = true;
    if (this.lastError === undefined) return;
    this.open = false;
    this.lastError = undefined;
    this.connections.report();
  }
}

/** Opens a session and runs a statement. Returns undefined if PostgreSQL responds, and otherwise the error. */
async function whyNoSession(options: pg.PoolConfig): Promise<unknown> {
  const client = new pg.Client(options);
  client.on('error', () => undefined);
  const answer = client.connect().then(() => client.query('SELECT 1'));
  try {
    await within(probeMs(options), answer);
    client.end().catch(() => undefined);
    return undefined;
  } catch (error) {
    client.connection.stream.destroy();
    return error;
  }
}
