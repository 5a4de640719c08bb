import { once } from 'node:events';
import dns from 'dns2';

/** Returns the addresses of a name for its nth query of a type. */
type Zone = Record<string, (nth: number) => string[]>;

/** A DNS server on loopback. It does not know names outside its zone. */
export class TestDns {
  /** The queries, for example `A rebind.test`. */
  readonly asked: string[] = [];
  private readonly server;

  private constructor(private readonly zone: Zone) {
    this.server = dns.createUDPServer((request, send) => {
      const response = dns.Packet.createResponseFromRequest(request);
      const [question] = request.questions;
      if (question) this.answer(question.name, question.type, response);
      void send(response);
    });
  }

  static async start(zone: Zone): Promise<TestDns> {
    const it = new TestDns(zone);
    it.server.bind(0, '127.0.0.1');
    await once(it.server, 'listening');
    return it;
  }

  get address(): string {
    return `127.0.0.1:${this.server.address().port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(name: string, type: number, response: InstanceType<typeof dns.Packet>): void {
    const { A, AAAA } = dns.Packet.TYPE;
    const query = `${type === A ? 'A' : 'AAAA'} ${name}`;
    const addresses = this.zone[name]?.(this.asked.filter((each) => each === query).length);
    this.asked.push(query);
    if (!addresses) response.header.rcode = dns.Packet.RCODE.NXDOMAIN;
    for (const address of addresses ?? [])
      if (type === (address.includes(':') ? AAAA : A))
        response.answers.push({ name, type, class: dns.Packet.CLASS.IN, ttl: 0, address } as never);
  }
}
