import { Module } from '@nestjs/common';
import { CallMetrics } from './call-metrics.js';
import { Circuits } from './circuits.js';
import { Connections } from './connections.js';
import { GivenAddresses } from './given-addresses.js';
import { Journey } from './journey.js';
import { NameResolver } from './name-resolver.js';
import { OUTBOUND_METRICS } from './outbound.metrics.js';
import { ServiceClient } from './service-client.js';
import { TargetHealth } from './target-health.js';

@Module({
  providers: [
    ...OUTBOUND_METRICS,
    CallMetrics,
    Circuits,
    Connections,
    GivenAddresses,
    Journey,
    NameResolver,
    ServiceClient,
    TargetHealth,
  ],
  exports: [GivenAddresses, ServiceClient, TargetHealth],
})
export class OutboundModule {}
