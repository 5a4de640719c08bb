import { Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { CacheModule } from '../platform/cache/cache.module.js';
import { ContentModule } from '../platform/content/content.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { EventViews } from '../platform/event-views/event-views.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { Periodic } from '../platform/periodic/periodic.js';
import { PURGE_BATCH, purging } from '../platform/periodic/purging.js';
import { PeriodicModule } from '../platform/periodic/periodic.module.js';
import { PublicReadsModule } from '../platform/http/public-reads/public-reads.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { TaggedPosts } from '../tags/tags.service.js';
import './old-slug.entity.js';
import './post-tag.entity.js';
import './post.entity.js';
import './revisions/pending-edit.entity.js';
import './revisions/post-history.entity.js';
import './revisions/post-revision.entity.js';
import { BulkReplays } from './bulk/bulk-replays.js';
import { BulkService } from './bulk/bulk.service.js';
import { PreparedOperations } from './bulk/prepared-operations.js';
import { EditablePosts } from './editable-posts.js';
import { NewPosts } from './new-posts.js';
import { NewSlugs } from './new-slugs.js';
import { OldSlugs } from './old-slugs.js';
import { OldSlugsRepository } from './old-slugs.repository.js';
import { PageTree } from './page-tree.js';
import { PageTreeRepository } from './page-tree.repository.js';
import { PostOutlinesRepository } from './post-outlines.repository.js';
import { PostEditsService } from './post-edits.service.js';
import { PostImportsRepository } from './post-imports.repository.js';
import { PostRecords } from './post-records.js';
import { PostRenderings } from './post-renderings.js';
import { PostRenderingsRepository } from './post-renderings.repository.js';
import { PostSchedule } from './post-schedule.js';
import { PostStatesService } from './post-states.service.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { FeedPostsRepository } from './feed-posts.repository.js';
import { FeedPostsService } from './feed-posts.service.js';
import { PostPages } from './post-pages.service.js';
import { ownersOfTagged, taggedPosts } from './post.sql.js';
import { PostsChanges } from './posts.changes.js';
import { PostsExporter } from './posts.exporter.js';
import { PostsImporter } from './posts.importer.js';
import { PostsPublicReads } from './posts.public-reads.js';
import { PostsRepository } from './posts.repository.js';
import { PostsService } from './posts.service.js';
import { PublicPostsRepository } from './public-posts.repository.js';
import { PublicPostsService } from './public-posts.service.js';
import { BodyDiffs } from './revisions/body-diffs.js';
import { PendingEdits } from './revisions/pending-edits.js';
import { PostHistories } from './revisions/post-histories.js';
import { Publications } from './revisions/publications.js';
import { RevisionContents } from './revisions/revision-contents.js';
import { RevisionListsRepository } from './revisions/revision-lists.repository.js';
import { RevisionsPurge } from './revisions/revisions-purge.js';
import { RevisionsPurgeRepository } from './revisions/revisions-purge.repository.js';
import { RevisionsRepository } from './revisions/revisions.repository.js';
import { RevisionsService } from './revisions/revisions.service.js';
import { TagsOfPosts } from './tags-of-posts.js';
import { SitemapPostsRepository } from './sitemap-posts.repository.js';
import { SitemapPostsService } from './sitemap-posts.service.js';
import { TagMergesRepository } from './tag-merges.repository.js';
import { TagMergesService } from './tag-merges.service.js';

/** A post is published at most this long after its time, and the time of one transaction. */
const SCHEDULE_EVERY_MS = 1000;
const OLD_SLUGS_EVERY_MS = 3_600_000;
const REVISIONS_EVERY_MS = 60_000;

@Module({
  imports: [
    AuditLogModule,
    CacheModule,
    ContentModule,
    DatabaseModule,
    EventsModule,
    EventViewsModule,
    ListsModule,
    PeriodicModule,
    PublicReadsModule,
    TagsModule,
  ],
  providers: [
    PostsService,
    PostsRepository,
    PostEditsService,
    BulkReplays,
    BulkService,
    PreparedOperations,
    NewPosts,
    NewSlugs,
    PostSchedule,
    PostStatesService,
    PostWritesRepository,
    EditablePosts,
    TagsOfPosts,
    PostRecords,
    PostRenderings,
    PostRenderingsRepository,
    FeedPostsRepository,
    FeedPostsService,
    PostPages,
    SitemapPostsRepository,
    SitemapPostsService,
    PostsImporter,
    PostImportsRepository,
    OldSlugs,
    OldSlugsRepository,
    PageTree,
    PageTreeRepository,
    PostOutlinesRepository,
    PostsChanges,
    PostsExporter,
    PostsPublicReads,
    PublicPostsRepository,
    PublicPostsService,
    TagMergesRepository,
    TagMergesService,
    BodyDiffs,
    PendingEdits,
    PostHistories,
    Publications,
    RevisionContents,
    RevisionListsRepository,
    RevisionsPurge,
    RevisionsPurgeRepository,
    RevisionsRepository,
    RevisionsService,
  ],
  exports: [
    BulkReplays,
    BulkService,
    FeedPostsService,
    PendingEdits,
    PostEditsService,
    PostPages,
    PostsService,
    PostStatesService,
    RevisionsService,
    SitemapPostsService,
    TagMergesService,
  ],
})
export class PostsModule {
  constructor(
    tagged: TaggedPosts,
    views: EventViews,
    changes: PostsChanges,
    periodic: Periodic,
    schedule: PostSchedule,
    oldSlugs: OldSlugs,
    revisions: RevisionsPurge,
  ) {
    tagged.areFoundBy(taggedPosts, ownersOfTagged);
    views.add(changes);
    periodic.add({
      name: 'post-schedule',
      roles: ['worker'],
      everyMs: SCHEDULE_EVERY_MS,
      run: (signal) => schedule.run(signal),
    });
    periodic.add({
      name: 'old-slugs-purge',
      roles: ['worker'],
      everyMs: OLD_SLUGS_EVERY_MS,
      run: purging(() => oldSlugs.purge(PURGE_BATCH)),
    });
    periodic.add({
      name: 'revisions-purge',
      roles: ['worker'],
      everyMs: REVISIONS_EVERY_MS,
      run: (signal) => revisions.run(signal),
    });
  }
}
