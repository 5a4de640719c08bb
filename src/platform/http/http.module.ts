import { Global, Module } from '@nestjs/common';
import { AccessGuard } from './access/access.guard.js';
import { Callers } from './access/callers.js';
import { Cursors } from '../lists/cursors.js';
import { FileBodyInterceptor } from './bodies/file-body.interceptor.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { PublicReads } from './public-reads/public-reads.js';
import { RequestRulesGuard } from './server/request-rules.guard.js';
import { RouteTable } from './routes/route-table.js';
import { Tails } from '../lists/tails.js';

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
