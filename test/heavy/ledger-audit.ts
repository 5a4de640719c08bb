interface Row {
  id: string;
}

/** The ids of the writes that were acknowledged. */
interface Acknowledged {
  posts: ReadonlySet<string>;
  comments: ReadonlySet<string>;
}

/** The rows in the database at the end. */
export interface Stored {
  posts: (Row & { title: string; tags: number })[];
  comments: Row[];
  /** The number of comments that the discussed post has counted. */
  commentCount: number;
  /** The resources for which an Idempotency-Key is recorded. */
  recorded: Row[];
}

interface Audit {
  /** Acknowledged writes that are missing. */
  lost: number;
  /** Writes that exist more than once: posts with the same title, and comments that were not acknowledged. */
  doubled: number;
  /** Writes without their two tags, their key, or their place in the count. */
  halfDone: number;
}

export function audit(acknowledged: Acknowledged, stored: Stored): Audit {
  const present = new Set([...stored.posts, ...stored.comments].map(({ id }) => id));
  const recorded = new Set(stored.recorded.map(({ id }) => id));
  const titles = stored.posts.map(({ title }) => title);
  return {
    lost: [...acknowledged.posts, ...acknowledged.comments].filter((id) => !present.has(id)).length,
    doubled: present.size - new Set([...titles, ...acknowledged.comments]).size,
    halfDone:
      stored.posts.filter(({ tags }) => tags !== 2).length +
      [...present].filter((id) => !recorded.has(id)).length +
      Math.abs(stored.commentCount - stored.comments.length),
  };
}
