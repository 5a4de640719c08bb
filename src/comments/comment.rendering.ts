import type { BodyKind } from '../platform/content/render.js';

export const COMMENT_BODY: BodyKind = { policy: 'plain', summarized: false };
