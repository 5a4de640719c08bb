import { versioned } from '../platform/http/answers/versioned.js';
import type { PostView } from './post-view.schemas.js';

/** The ETag of a post with a private edit names both, so that an editor changes neither of them unseen. */
export const versionedByEdit = (view: PostView): PostView =>
  view.pendingRevision ? versioned(view, `${view.version}.${view.pendingRevision.number}`) : view;
