import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CallDeadline } from './call-deadline.js';
import { callHeaders } from './call-headers.js';
import { CallMetrics } from './call-metrics.js';
import type { Circuit } from './circuit.js';
import { Circuits } from './circuits.js';
import type { Answer, Hop, Progress } from './exchange.js';
import { faultOf } from './fault-of.js';
import { GivenAddresses } from './given-addresses.js';
import { Journey } from './journey.js';
import { DEADLINE_MS, type OutboundCall, type OutboundResponse } from './outbound-call.js';
import { type OutboundSettings, outboundSettings } from './outbound.settings.js';
import { OutboundFault } from './outbound-fault.js';
import { isRepeatable, isTemporary, MOST_ATTEMPTS, pauseBefore, retryAfterMs } from './retries.js';

/** What an attempt returned. */
type Reached = Answer & { url: URL };

/**
 * The only way out of the process to other services. Each call has one deadline for all of it. Idempotent calls are
 * retried within a budget, and each receiver has a circuit breaker and a limit of concurrent calls. Addresses that
 * users give are checked, also after redirects.
 * Source: docs/decisions/0065-the-service-client.md.
 */
@Injectable()
export class ServiceClient {
  constructor(
    @Inject(outboundSettings.KEY) private readonly config: OutboundSettings,
    private readonly circuits: Circuits,
    private readonly addresses: GivenAddresses,
    private readonly journey: Journey,
    private readonly metrics: CallMetrics,
  ) {}

  /**
   * Sends a request and returns the response, whatever its status is.
   * @throws OutboundFault if there is no complete response; AddressRefused if the address of a user is not allowed
   */
  async request(call: OutboundCall): Promise<OutboundResponse> {
    const since = performance.now();
    const deadline = new CallDeadline(call.deadlineMs ?? DEADLINE_MS, call.signal);
    const progress: Progress = { attempts: 0 };
    const took = () => Math.round((performance.now() - since) * 10) / 10;
    try {
      const answer = await this.attempts(call, deadline, progress);
      this.metrics.ended(call.target, answer, took());
      return { ...answer, url: answer.url.href, attempts: progress.attempts, durationMs: took() };
    } catch (error) {
      const fault = Object.assign(faultOf(error, deadline), progress, { durationMs: took() });
      this.metrics.ended(call.target, fault, fault.durationMs);
      throw fault;
    } finally {
      deadline.close();
    }
  }

  private async attempts(call: OutboundCall, deadline: CallDeadline, progress: Progress): Promise<Reached> {
    const hop = this.firstHop(call);
    const circuit = this.circuits.of(call.target, hop.url.origin, call.receiver);
    circuit.budget.called();
    for (;;) {
      progress.attempts++;
      const result = await this.attempt(call, hop, circuit, deadline, progress);
      const pause = this.pauseAfter(call, result, circuit, deadline, progress.attempts);
      if (pause === undefined) {
        if (result instanceof OutboundFault) throw result;
        return result;
      }
      this.metrics.retried(call.target);
      await delay(pause, undefined, { signal: deadline.signal });
    }
  }

  private firstHop({ target, url, method, headers = {}, body }: OutboundCall): Hop {
    const parsed = target.addresses === 'given' ? this.addresses.parse(String(url)) : new URL(url);
    return { url: parsed, method, headers: callHeaders(target, headers, this.config.SERVICE_TOKEN), body };
  }

  private async attempt(
    call: OutboundCall,
    hop: Hop,
    circuit: Circuit,
    deadline: CallDeadline,
    progress: Progress,
  ): Promise<Reached | OutboundFault> {
    const go = () =>
      this.journey.make(call, hop, deadline.signal, progress).catch((error: unknown) => {
        throw faultOf(error, deadline);
      });
    return deadline
      .during(circuit.run(go, deadline.signal))
      .catch((error: unknown) => faultOf(error, deadline));
  }

  /** Returns undefined if the result is final. */
  private pauseAfter(
    call: OutboundCall,
    result: Reached | OutboundFault,
    { budget }: Circuit,
    deadline: CallDeadline,
    attempts: number,
  ): number | undefined {
    if (attempts >= MOST_ATTEMPTS || !isRepeatable(call) || !isTemporary(result)) return undefined;
    const asked = result instanceof OutboundFault ? undefined : retryAfterMs(result.headers);
    const pause = pauseBefore(attempts, asked);
    return pause < deadline.remainingMs && budget.take() ? pause : undefined;
  }
}
