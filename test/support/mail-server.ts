import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** A message as the mailbox of its recipient has it. */
export interface Delivered {
  from: string;
  to: string[];
  user: unknown;
  isEncrypted: boolean;
  /** As it was received. */
  raw: string;
  mail: ParsedMail;
}

/** The response to a command: a code and a text, or nothing to accept. */
type Verdict = { code: number; text: string } | undefined;

export interface Behaviour {
  /** Decides about a recipient. */
  rcpt?: (address: string) => Verdict;
  /** Decides about a message that was received completely. */
  data?: (mail: ParsedMail) => Verdict;
  /** What the response to an accepted message says after `queued as`. */
  queuedAs?: string;
  /** Accepts the message and ends the connection instead of responding. */
  dropsAfterData?: () => boolean;
  /** Accepts the message and never responds. */
  isSilentAfterData?: () => boolean;
}

/** A real SMTP server on loopback, whose mailboxes a test can read. */
export class MailServer {
  readonly delivered: Delivered[] = [];
  /** The passwords that clients have sent. */
  readonly passwords: unknown[] = [];
  behaviour: Behaviour = {};
  mostConnections = 0;
  private readonly sockets = new Map<number, Socket>();
  private isClosed = false;
  private readonly server: SMTPServer;

  private constructor(options: SMTPServerOptions) {
    this.server = new SMTPServer({
      logger: false,
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, done) => {
        this.passwords.push(password);
        if (password === 'right') done(null, { user: username });
        else done(Object.assign(new Error('Authentication failed'), { responseCode: 535 }));
      },
      onRcptTo: ({ address }, _session, done) => done(asError(this.behaviour.rcpt?.(address))),
      onData: (stream, session, done) => {
        // A client can leave before the end of a message.
        void buffer(stream).then(
          (raw) => this.take(raw, session, done),
          () => undefined,
        );
      },
      ...options,
    });
    this.server.on('error', () => undefined);
    this.server.server.on('connection', (socket: Socket) => {
      this.sockets.set(socket.remotePort ?? 0, socket);
      this.mostConnections = Math.max(this.mostConnections, this.sockets.size);
      socket.on('close', () => this.sockets.delete(socket.remotePort ?? 0));
    });
  }

  static async start(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
    const server = new MailServer(options);
    await new Promise<void>((resolve) => server.server.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  get messageIds(): (string | undefined)[] {
    return this.delivered.map(({ mail }) => mail.messageId);
  }

  /** Ends all connections, as a server does with sessions that are idle. */
  endConnections(): void {
    for (const socket of this.sockets.values()) socket.end();
  }

  close(): Promise<void> {
    this.isClosed = true;
    for (const socket of this.sockets.values()) socket.destroy();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private async take(
    raw: Buffer,
    session: SMTPServerSession,
    done: (error?: Error | null, text?: string) => void,
  ): Promise<void> {
    const mail = await simpleParser(raw);
    if (this.isClosed) return; // A server that has ended has accepted nothing more.
    const verdict = this.behaviour.data?.(mail);
    if (verdict) return done(asError(verdict));
    const { mailFrom, rcptTo } = session.envelope;
    this.delivered.push({
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
      user: session.user as unknown,
      isEncrypted: session.secure,
      raw: raw.toString(),
      mail,
    });
    if (this.behaviour.dropsAfterData?.()) this.sockets.get(session.remotePort)?.destroy();
    else if (!this.behaviour.isSilentAfterData?.()) done(null, `queued as ${this.behaviour.queuedAs ?? 42}`);
  }
}

const asError = (verdict: Verdict): Error | null =>
  verdict ? Object.assign(new Error(verdict.text), { responseCode: verdict.code }) : null;
