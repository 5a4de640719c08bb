import { Controller, Get, Header, UseFilters, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, Public } from '../platform/http/access.js';
import { Returns, Summary } from '../platform/http/returns.decorator.js';
import { Unlimited } from '../platform/limits/tier.js';
import { HealthEnabledGuard } from './health-enabled.guard.js';
import { ChecksView, DetailsView, HealthView } from './health.schemas.js';
import { HealthService } from './health.service.js';
import { TerminusShapeFilter } from './terminus-shape.filter.js';

const NO_STORE = ['Cache-Control', 'no-store'] as const;

@ApiTags('health')
@Unlimited()
@UseFilters(TerminusShapeFilter)
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Summary('Is the process there? 200 while it serves, whatever the database does.')
  @Get('health')
  @Public({ ignoreCredentials: true })
  @Header(...NO_STORE)
  @Returns(200, HealthView)
  getHealth() {
    return this.health.summary();
  }

  @Summary('Liveness: asks the process alone.')
  @Get(['health/live', 'live'])
  @Public({ ignoreCredentials: true })
  @Header(...NO_STORE)
  @Returns(200, ChecksView)
  getLiveness() {
    return this.health.live();
  }

  @Summary('Readiness: may it get traffic?')
  @Get(['health/ready', 'ready'])
  @Public({ ignoreCredentials: true })
  @UseGuards(HealthEnabledGuard)
  @Header(...NO_STORE)
  @Returns(200, ChecksView)
  getReadiness() {
    return this.health.ready();
  }

  @Summary('Startup: has it come up once?')
  @Get('health/startup')
  @Public({ ignoreCredentials: true })
  @UseGuards(HealthEnabledGuard)
  @Header(...NO_STORE)
  @Returns(200, ChecksView)
  getStartup() {
    return this.health.startup();
  }

  @Summary('Every part with its response time, and memory. For admins.')
  @Get('health/details')
  @Allow('health.details')
  @UseGuards(HealthEnabledGuard)
  @Header(...NO_STORE)
  @Returns(200, DetailsView)
  getHealthDetails() {
    return this.health.details();
  }
}
