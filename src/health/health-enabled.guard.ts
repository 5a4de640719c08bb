import { type CanActivate, Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { RouteNotFound } from '../platform/errors/problems.js';

@Injectable()
export class HealthEnabledGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  /** @throws RouteNotFound when HEALTH_CHECK_ENABLED is false */
  canActivate(): boolean {
    if (!this.config.HEALTH_CHECK_ENABLED) throw new RouteNotFound();
    return true;
  }
}
