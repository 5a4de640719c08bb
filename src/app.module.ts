import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { apiDescription } from './api-description.js';
import { AuthApiModule } from './auth/auth-api.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommentsApiModule } from './comments/comments-api.module.js';
import { CommentsModule } from './comments/comments.module.js';
import { DocsModule } from './docs/docs.module.js';
import { ExportModule } from './export/export.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ImportApiModule } from './import/import-api.module.js';
import { ImportModule } from './import/import.module.js';
import { type AppConfig, SETTINGS } from './settings.js';
import { ConfigModule } from './platform/config/config.module.js';
import { AccessGuard } from './platform/http/access/access.guard.js';
import { FileBodyInterceptor } from './platform/http/bodies/file-body.interceptor.js';
import { HttpModule } from './platform/http/http.module.js';
import { ProblemFilter } from './platform/http/problems/problem.filter.js';
import { RequestRulesGuard } from './platform/http/server/request-rules.guard.js';
import { API_DESCRIPTION } from './platform/http/contract/api-description.js';
import { createValidationPipe } from './platform/http/contract/validation.js';
import { IdempotencyInterceptor } from './platform/idempotency/idempotency.interceptor.js';
import { IdempotencyModule } from './platform/idempotency/idempotency.module.js';
import { LifecycleModule } from './platform/lifecycle/lifecycle.module.js';
import type { ProcessRole } from './platform/lifecycle/process-role.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { MetricsRegistryModule } from './platform/metrics/metrics.module.js';
import { PostsApiModule } from './posts/posts-api.module.js';
import { PostsModule } from './posts/posts.module.js';
import { TagsApiModule } from './tags/tags-api.module.js';
import { TagsModule } from './tags/tags.module.js';
import { UsersApiModule } from './users/users-api.module.js';
import { UsersModule } from './users/users.module.js';

/** The ground, which every module may use, and what stands around every request. */
const PLATFORM = [LoggingModule, MetricsRegistryModule, HttpModule, IdempotencyModule];
/** What each feature is, and the routes that it adds to the API. */
const FEATURES: { module: Type; api?: Type }[] = [
  { module: AuthModule, api: AuthApiModule },
  { module: UsersModule, api: UsersApiModule },
  { module: TagsModule, api: TagsApiModule },
  { module: PostsModule, api: PostsApiModule },
  { module: CommentsModule, api: CommentsApiModule },
  { module: ImportModule, api: ImportApiModule },
  { module: ExportModule },
  { module: HealthModule },
  { module: MetricsModule },
];

/** A worker answers health and metrics alone. A command has the routes too, to describe them, and serves none. */
export const servesApi = (role: ProcessRole): boolean => role !== 'worker';

@Module({})
export class AppModule {
  static with(config: AppConfig, role: ProcessRole): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(SETTINGS, config),
        LifecycleModule.with(role),
        ...PLATFORM,
        ...features(role),
        ...(servesApi(role) && config.DOCS_ENABLED ? [DocsModule] : []),
      ],
      providers: [
        { provide: API_DESCRIPTION, useValue: apiDescription },
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        // Who calls and how often was asked before (app.setup.ts). Then, in this order: may they, is it well-formed.
        { provide: APP_GUARD, useExisting: AccessGuard },
        { provide: APP_GUARD, useExisting: RequestRulesGuard },
        { provide: APP_INTERCEPTOR, useExisting: FileBodyInterceptor }, // a key belongs to the file's bytes
        { provide: APP_INTERCEPTOR, useExisting: IdempotencyInterceptor },
      ],
    };
  }
}

const features = (role: ProcessRole): Type[] =>
  FEATURES.flatMap(({ module, api }) => (api && servesApi(role) ? [module, api] : [module]));
