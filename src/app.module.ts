import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { apiDescription } from './api-description.js';
import { AuditApiModule } from './audit/audit-api.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthApiModule } from './auth/auth-api.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ChangesApiModule } from './changes/changes-api.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { CommentsApiModule } from './comments/comments-api.module.js';
import { CommentsModule } from './comments/comments.module.js';
import { DocsModule } from './docs/docs.module.js';
import { EventStreamsApiModule } from './event-streams/event-streams-api.module.js';
import { EventStreamsModule } from './event-streams/event-streams.module.js';
import { ExportModule } from './export/export.module.js';
import { FeedsModule } from './feeds/feeds.module.js';
import { HealthModule } from './health/health.module.js';
import { HomeModule } from './home/home.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ImportApiModule } from './import/import-api.module.js';
import { ImportModule } from './import/import.module.js';
import { JobsAdminModule } from './jobs/jobs-admin.module.js';
import { JobsApiModule } from './jobs/jobs-api.module.js';
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
import { JobsModule } from './platform/jobs/jobs.module.js';
import { LifecycleModule } from './platform/lifecycle/lifecycle.module.js';
import type { ProcessRole } from './platform/lifecycle/process-role.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { MetricsRegistryModule } from './platform/metrics/metrics.module.js';
import { MailJobsModule } from './platform/mail/mail-jobs.module.js';
import { NotificationsApiModule } from './notifications/notifications-api.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PostsApiModule } from './posts/posts-api.module.js';
import { PostsModule } from './posts/posts.module.js';
import { SentMailModule } from './sent-mail/sent-mail.module.js';
import { TagsApiModule } from './tags/tags-api.module.js';
import { TagsModule } from './tags/tags.module.js';
import { UsersApiModule } from './users/users-api.module.js';
import { UsersModule } from './users/users.module.js';
import { WebhooksApiModule } from './webhooks/webhooks-api.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The modules that every part of the app can use, and those that handle every request. */
const PLATFORM = [
  LoggingModule,
  MetricsRegistryModule,
  HttpModule,
  IdempotencyModule,
  JobsModule,
  MailJobsModule,
];
/** The module of each feature, and the module of its routes if it has any. */
const FEATURES: { module: Type; api?: Type }[] = [
  { module: AuthModule, api: AuthApiModule },
  { module: UsersModule, api: UsersApiModule },
  { module: TagsModule, api: TagsApiModule },
  { module: PostsModule, api: PostsApiModule },
  { module: CommentsModule, api: CommentsApiModule },
  { module: NotificationsModule, api: NotificationsApiModule },
  { module: ChangesModule, api: ChangesApiModule },
  { module: WebhooksModule, api: WebhooksApiModule },
  { module: EventStreamsModule, api: EventStreamsApiModule },
  { module: ImportModule, api: ImportApiModule },
  { module: ExportModule },
  { module: AuditModule, api: AuditApiModule },
  { module: JobsAdminModule, api: JobsApiModule },
  { module: HealthModule },
  { module: MetricsModule },
];

/** A worker serves only health and metrics. A command registers the routes to describe them, but serves none. */
export const servesApi = (role: ProcessRole): boolean => role !== 'worker';

/** Messages contain secrets, so production never shows them. */
const showsSentMail = ({ EMAIL_TRANSPORT, production }: AppConfig): boolean =>
  EMAIL_TRANSPORT === 'log' && !production;

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
        ...(servesApi(role) ? [FeedsModule, HomeModule] : []),
        ...(servesApi(role) && config.DOCS_ENABLED ? [DocsModule] : []),
        ...(servesApi(role) && showsSentMail(config) ? [SentMailModule] : []),
      ],
      providers: [
        { provide: API_DESCRIPTION, useValue: apiDescription },
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        // app.setup.ts has identified the caller and counted the request. These guards then check, in this order,
        // the permission and the form of the request.
        { provide: APP_GUARD, useExisting: AccessGuard },
        { provide: APP_GUARD, useExisting: RequestRulesGuard },
        // An idempotency key depends on the content of an uploaded file, so the file must be read first.
        { provide: APP_INTERCEPTOR, useExisting: FileBodyInterceptor },
        { provide: APP_INTERCEPTOR, useExisting: IdempotencyInterceptor },
      ],
    };
  }
}

const features = (role: ProcessRole): Type[] =>
  FEATURES.flatMap(({ module, api }) => (api && servesApi(role) ? [module, api] : [module]));
