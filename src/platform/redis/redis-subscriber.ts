import type { Redis } from 'ioredis';

interface Subscription {
  channel: string;
  onMessage: (message: string) => void;
  onGap: (() => void) | undefined;
}

/**
 * A connection that only receives messages. It subscribes again after each reconnection, and regularly checks
 * whether the other end responds, because a broken connection can look like silence.
 */
export class RedisSubscriber {
  private readonly subscriptions: Subscription[] = [];

  constructor(private readonly client: Redis) {
    client.on('error', () => undefined);
    client.on('ready', () => void this.resume());
    client.on('message', (channel: string, message: string) => {
      for (const subscription of this.subscriptions)
        if (subscription.channel === channel) subscription.onMessage(message);
    });
  }

  open(): void {
    if (this.subscriptions.length > 0) this.connect();
  }

  subscribe(channel: string, onMessage: (message: string) => void, onGap?: () => void): void {
    this.subscriptions.push({ channel, onMessage, onGap });
    if (this.client.status === 'ready') void this.resume(channel);
    else this.connect();
  }

  close(): void {
    this.client.disconnect();
  }

  private connect(): void {
    if (this.client.status === 'wait') this.client.connect().catch(() => undefined);
  }

  /** Subscribes to one channel, or to all after a reconnection. */
  private async resume(only?: string): Promise<void> {
    const resumed = this.subscriptions.filter(({ channel }) => only === undefined || channel === only);
    try {
      await this.client.subscribe(...new Set(resumed.map(({ channel }) => channel)));
      for (const { onGap } of resumed) onGap?.();
    } catch {
      this.client.disconnect(true);
    }
  }

  async beat(): Promise<void> {
    if (this.client.status !== 'ready') return;
    await this.client.ping().catch(() => this.client.disconnect(true));
  }
}
