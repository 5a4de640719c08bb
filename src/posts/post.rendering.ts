import type { BodyKind } from '../platform/content/render.js';

export const POST_BODY: BodyKind = { policy: 'rich', summarized: true };
