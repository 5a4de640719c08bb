import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyRequest } from 'fastify';
import { metricsSettings } from './metrics.settings.js';
import { NotSignedIn } from '../platform/errors/caller-problems.js';
import { RouteNotFound } from '../platform/errors/request-problems.js';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Metrics require METRICS_TOKEN as a bearer token. Only in development can it be absent. */
@Injectable()
export class MetricsTokenGuard implements CanActivate {
  constructor(@Inject(metricsSettings.KEY) private readonly config: ConfigType<typeof metricsSettings>) {}

  /** @throws NotSignedIn; RouteNotFound when METRICS_ENABLED is false */
  canActivate(context: ExecutionContext): boolean {
    if (!this.config.METRICS_ENABLED) throw new RouteNotFound();
    const token = this.config.METRICS_TOKEN;
    if (!token) return true;
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers.authorization ?? '';
    const given = /^Bearer (.+)$/i.exec(header)?.[1] ?? '';
    if (!timingSafeEqual(digest(given), digest(token))) throw new NotSignedIn();
    return true;
  }
}
