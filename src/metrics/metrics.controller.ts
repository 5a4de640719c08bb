import { Controller, Get, Header, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { FastifyReply } from 'fastify';
import { Public } from '../platform/http/access/access.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { Probed } from '../platform/http/server/request-log.js';
import { Unlimited } from '../platform/http/tiers/limited.decorator.js';
import { Metrics } from '../platform/metrics/registry.js';
import { MetricsTokenGuard } from './metrics-token.guard.js';

/** The metrics of the process in the Prometheus format and as JSON. They must not be reachable from the internet. */
@ApiExcludeController()
@Public({ ignoreCredentials: true })
@Unlimited()
@Probed()
@UseGuards(MetricsTokenGuard)
@AtRoot()
@Controller()
export class MetricsController extends PrometheusController {
  constructor(private readonly metrics: Metrics) {
    super();
  }

  @Get('metrics')
  @Header('Cache-Control', 'no-store')
  override async index(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  @Get('health/metrics')
  @Header('Cache-Control', 'no-store')
  asJson() {
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
    const cpu = process.cpuUsage();
    return { memory: { rss, heapTotal, heapUsed, external }, uptime: process.uptime(), cpu };
  }
}
