import pg from 'pg';
import { within } from '../deadline/deadline.js';
import { codeOf, messageOf } from '../errors/thrown.js';

/** A probe waits as long as a request waits for a connection (DATABASE_POOL_WAIT_MS). */
const probeMs = ({ connectionTimeoutMillis = 2000 }: pg.PoolConfig) => connectionTimeoutMillis;
/** SQLSTATE. No code of PostgreSQL begins with E, and many codes of Node do. */
const SQLSTATE = /^(?!E)[0-9A-Z]{5}$/;
/** PostgreSQL shuts down, starts up or has lost the connection. */
const GOING = /^(08|57P0)/;
/** PostgreSQL opens no session: wrong password, no such database, too many connections, closed to connections. */
const NO_SESSION = /^(08|28|3D000|53300|55000|57P0)/;
const TOO_MANY_CONNECTIONS = '53300';

/**
 * The circuit breaker of the connections to PostgreSQL. While it is open, statements fail immediately, because a
 * frozen server or a dead network would let each request wait for its deadline. It opens only if statements wait,
 * none of them is answered, and a connection of its own (a probe) fails as well, so a slow statement, a locked table
 * or a busy pool cannot open it. Probes also find out when PostgreSQL responds again; no request waits for one.
 * Source: docs/decisions/0060-without-postgresql.md.
 */
export class DatabaseBreaker {
  private waiting = 0;
  private answers = 0;
  private answersBefore = 0;
  private isSuspected = false;
  private open = false;
  private hasSession = true;

  /**
   * @param onOpen drops the connections, whose requests would otherwise wait for their deadlines
   * @param onTurn reports that the breaker opened, with the reason, or closed
   */
  constructor(
    private readonly options: pg.PoolConfig,
    private readonly onOpen: () => void,
    private readonly onTurn: (reason?: string) => void,
  ) {}

  /** True while statements fail immediately. */
  get isOpen(): boolean {
    return this.open;
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

  failed(error: unknown): void {
    this.waiting--;
    const code = codeOf(error) ?? '';
    const isAnswer = SQLSTATE.test(code) && !GOING.test(code);
    if (isAnswer) this.answers++;
    else this.isSuspected = true;
    this.hasSession = isAnswer && !NO_SESSION.test(code);
  }

  /** Opens and closes the breaker. Call it twice a second. */
  async watch(): Promise<void> {
    const isSilent = this.waiting > 0 && this.answers === this.answersBefore;
    this.answersBefore = this.answers;
    if (!this.open && !this.isSuspected && !isSilent) return;
    this.isSuspected = false;
    const before = this.answers;
    const reason = await whyNoSession(this.options);
    if (reason === undefined) this.turnOff();
    else if (this.answers === before) this.turnOn(reason);
  }

  private turnOn(reason: string): void {
    if (this.open) return;
    this.open = true;
    this.onTurn(reason);
    this.onOpen();
  }

  private turnOff(): void {
    this.hasSession = true;
    if (!this.open) return;
    this.open = false;
    this.onTurn();
  }
}

/** Opens a session and runs a statement. Returns undefined if PostgreSQL responds, and otherwise the reason. */
async function whyNoSession(options: pg.PoolConfig): Promise<string | undefined> {
  const client = new pg.Client(options);
  client.on('error', () => undefined);
  const answer = client.connect().then(() => client.query('SELECT 1'));
  try {
    await within(probeMs(options), answer);
    client.end().catch(() => undefined);
    return undefined;
  } catch (error) {
    client.connection.stream.destroy();
    return codeOf(error) === TOO_MANY_CONNECTIONS ? undefined : messageOf(error);
  }
}
