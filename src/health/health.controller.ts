import { Controller, Get, Header, UseFilters, UseGuards } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { RouteNotFound } from '../platform/errors/request-problems.js';
import { Allow, Public } from '../platform/http/access/access.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { Probed } from '../platform/http/server/request-log.js';
import { Unlimited } from '../platform/http/tiers/limited.decorator.js';
import { HEALTH } from './health.access.js';
import { HealthEnabledGuard } from './health-enabled.guard.js';
import { ChecksView, DetailsView, HealthView } from './health.schemas.js';
import { HealthService } from './health.service.js';
import { TerminusShapeFilter } from './terminus-shape.filter.js';

const NO_STORE = ['Cache-Control', 'no-store'] as const;

/** The response of a failed check has the same format and names the part that failed. */
const NotNow = () =>
  ApiResponse({
    status: 503,
    description: 'The check failed. The body names the part that failed.',
    standardSchema: ChecksView,
  });

/** An example of the parts of a process that is ready. */
const ALL_UP = { process: { status: 'up' }, database: { status: 'up' } };

@ApiTags('health')
@Unlimited()
@Probed()
@UseFilters(TerminusShapeFilter)
@AtRoot()
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Summary(
    'Get the process status',
    'Returns 200 while the process serves requests, even if the database is down.',
  )
  @Get('health')
  @Public({ ignoreCredentials: true })
  @Header(...NO_STORE)
  @Returns(200, HealthView)
  getHealth() {
    return this.health.summary();
  }

  @Summary(
    'Check liveness',
    'Checks only the process. The result does not depend on the database, because a restart does not repair a database.',
  )
  @Get(['health/live', 'live'])
  @Public({ ignoreCredentials: true })
  @Header(...NO_STORE)
  @Returns(200, ChecksView)
  @NotNow()
  getLiveness() {
    return this.health.live();
  }

  @Summary(
    'Check readiness',
    'Returns 503 while the process starts or stops, and until the database has responded. If the database then stops responding, the status is `degraded` with 200, because the process serves cached public reads. It is 503 if another process still reaches the database.',
  )
  @Get(['health/ready', 'ready'])
  @Public({ ignoreCredentials: true })
  @UseGuards(HealthEnabledGuard)
  @Header(...NO_STORE)
  @Returns(200, ChecksView, RouteNotFound)
  @Shown({ info: ALL_UP, details: ALL_UP })
  @NotNow()
  getReadiness() {
    return this.health.ready();
  }

  @Summary('Check startup', 'Returns 200 once the process has started.')
  @Get('health/startup')
  @Public({ ignoreCredentials: true })
  @UseGuards(HealthEnabledGuard)
  @Header(...NO_STORE)
  @Returns(200, ChecksView, RouteNotFound)
  @Shown({ info: ALL_UP, details: ALL_UP })
  @NotNow()
  getStartup() {
    return this.health.startup();
  }

  @Summary(
    'Get the health of all components',
    'Returns the status and response time of each component, and the memory usage. Of other services that Galley calls, it returns those that this process has called in the last five minutes. The status `degraded` means that only Redis, the mail server or such a service does not respond; the API continues to serve requests without it.',
  )
  @Get('health/details')
  @Allow(HEALTH.details)
  @UseGuards(HealthEnabledGuard)
  @Header(...NO_STORE)
  @Returns(200, DetailsView, RouteNotFound)
  getHealthDetails() {
    return this.health.details();
  }
}
