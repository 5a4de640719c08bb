import { Global, Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { Callers } from './callers.js';
import { Cursors } from './cursors.js';
import { FileBodyInterceptor } from './file-body.interceptor.js';
import { ProblemFilter } from './problem.filter.js';
import { PublicReads } from './public-reads.js';
import { RequestRulesGuard } from './request-rules.guard.js';
import { RouteTable } from './route-table.js';
import { Tails } from './tails.js';

@Global()
@Module({
  providers: [
    AccessGuard,
    Callers,
    Cursors,
    FileBodyInterceptor,
    ProblemFilter,
    PublicReads,
    RequestRulesGuard,
    RouteTable,
    Tails,
  ],
  exports: [
    AccessGuard,
    Callers,
    Cursors,
    FileBodyInterceptor,
    ProblemFilter,
    PublicReads,
    RequestRulesGuard,
    RouteTable,
    Tails,
  ],
})
export class HttpModule {}
