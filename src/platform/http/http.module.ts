import { Global, Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { Cursors } from './cursors.js';
import { ProblemFilter } from './problem.filter.js';
import { PublicReads } from './public-reads.js';
import { RequestRulesGuard } from './request-rules.guard.js';
import { RouteTable } from './route-table.js';

@Global()
@Module({
  providers: [AccessGuard, Cursors, ProblemFilter, PublicReads, RequestRulesGuard, RouteTable],
  exports: [AccessGuard, Cursors, ProblemFilter, PublicReads, RequestRulesGuard, RouteTable],
})
export class HttpModule {}
