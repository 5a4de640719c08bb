import { authSettings } from './auth/auth.settings.js';
import { changesSettings } from './changes/changes.settings.js';
import { commentsSettings } from './comments/comments.settings.js';
import { docsSettings } from './docs/docs.settings.js';
import { eventStreamsSettings } from './event-streams/event-streams.settings.js';
import { feedsSettings } from './feeds/feeds.settings.js';
import { healthSettings } from './health/health.settings.js';
import { metricsSettings } from './metrics/metrics.settings.js';
import { notificationsSettings } from './notifications/notifications.settings.js';
import { auditSettings } from './platform/audit/audit.settings.js';
import { cacheSettings } from './platform/cache/cache.settings.js';
import type { SettingsOf } from './platform/config/area.js';
import { Catalogue } from './platform/config/catalogue.js';
import type { ConfigOf } from './platform/config/config.js';
import { load } from './platform/config/load-config.js';
import { type Mistake, mistakes } from './platform/config/other-names.js';
import { processSettings } from './platform/config/process.settings.js';
import type { Variables } from './platform/config/read-environment.js';
import { redacted, warnings } from './platform/config/redacted-config.js';
import { contentSettings } from './platform/content/content.settings.js';
import { databaseSettings } from './platform/database/database.settings.js';
import { eventsSettings } from './platform/events/events.settings.js';
import { httpSettings } from './platform/http/settings/http.settings.js';
import { jobsSettings } from './platform/jobs/jobs.settings.js';
import { limitsSettings } from './platform/limits/limits.settings.js';
import { lifecycleSettings } from './platform/lifecycle/lifecycle.settings.js';
import { loggingSettings } from './platform/logging/logging.settings.js';
import { mailSettings } from './platform/mail/mail.settings.js';
import { outboundSettings } from './platform/outbound/outbound.settings.js';
import { redisSettings } from './platform/redis/redis.settings.js';
import { secretsSettings } from './platform/secrets/secrets.settings.js';
import { postCacheSettings, postsSettings } from './posts/posts.settings.js';
import { revisionsSettings } from './posts/revisions/revisions.settings.js';
import { webhooksSettings } from './webhooks/webhooks.settings.js';
import { WITHOUT_EFFECT } from './settings-without-effect.js';

/** In the order of .env.example. An area can depend on the areas before it. */
const AREAS = [
  processSettings,
  lifecycleSettings,
  httpSettings,
  databaseSettings,
  redisSettings,
  eventsSettings,
  changesSettings,
  eventStreamsSettings,
  cacheSettings,
  postCacheSettings,
  postsSettings,
  revisionsSettings,
  contentSettings,
  secretsSettings,
  authSettings,
  commentsSettings,
  jobsSettings,
  mailSettings,
  notificationsSettings,
  feedsSettings,
  limitsSettings,
  outboundSettings,
  webhooksSettings,
  loggingSettings,
  auditSettings,
  metricsSettings,
  healthSettings,
  docsSettings,
] as const;

/** Every setting that Galley reads. */
export const SETTINGS = new Catalogue(AREAS, WITHOUT_EFFECT);

export type Settings = SettingsOf<typeof AREAS>;
export type AppConfig = ConfigOf<Settings>;

/**
 * Parses the variables into the configuration of Galley.
 * @throws InvalidConfig with all faults at once
 */
export const loadConfig = (variables: Variables): AppConfig => load(SETTINGS, variables) as AppConfig;

/** The configuration without secrets, for users and logs. */
export const redactedConfig = (config: AppConfig, variables: Variables) =>
  redacted(SETTINGS, config, variables);

/** Warnings for each start about settings that are valid but may not be intended. */
export const configWarnings = (config: AppConfig, variables: Variables): string[] =>
  warnings(SETTINGS, config, variables);

/** Variables that look like settings of Galley but have no effect. */
export const mistakenNames = (variables: Variables): Mistake[] => mistakes(SETTINGS, variables);
