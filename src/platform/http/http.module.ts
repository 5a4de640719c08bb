import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { FileBodyInterceptor } from './bodies/file-body.interceptor.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { Problems } from './problems/problems.js';
import { PublicReadsModule } from './public-reads/public-reads.module.js';
import { RouteTable } from './routes/route-table.js';
import { RequestMetrics } from './server/request-metrics.js';
import { HTTP_METRICS } from './server/http.metrics.js';
import { RequestRulesGuard } from './server/request-rules.guard.js';
import { TiersModule } from './tiers/tiers.module.js';

/** The parts of the app that handle every request. A feature imports the rooms that it uses itself. */
@Module({
  imports: [AccessModule, PublicReadsModule, TiersModule],
  providers: [
    ...HTTP_METRICS,
    FileBodyInterceptor,
    RequestMetrics,
    ProblemFilter,
    Problems,
    RequestRulesGuard,
    RouteTable,
  ],
  exports: [AccessModule, FileBodyInterceptor, ProblemFilter, Problems, RequestRulesGuard, RouteTable],
})
export class HttpModule {}
