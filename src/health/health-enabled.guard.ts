import { type CanActivate, Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { healthSettings } from './health.settings.js';
import { RouteNotFound } from '../platform/errors/request-problems.js';

@Injectable()
export class HealthEnabledGuard implements CanActivate {
  constructor(@Inject(healthSettings.KEY) private readonly config: ConfigType<typeof healthSettings>) {}

  /** @throws RouteNotFound when HEALTH_CHECK_ENABLED is false */
  canActivate(): boolean {
    if (!this.config.HEALTH_CHECK_ENABLED) throw new RouteNotFound();
    return true;
  }
}
