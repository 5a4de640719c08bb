/** The text of the stream, as the HTML standard defines it (server-sent events). */

/** One event. Its data is JSON, which contains no line breaks. */
export const eventText = (id: string, type: string, data: object): Buffer =>
  Buffer.from(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);

/** Moves the Last-Event-ID of the client without an event, so that it does not fall behind while nothing concerns it. */
export const idText = (id: string): Buffer => Buffer.from(`id: ${id}\n\n`);

/** How long the client waits before it connects again. */
export const retryText = (ms: number): Buffer => Buffer.from(`retry: ${Math.round(ms)}\n\n`);

/** For people who read the stream. Clients ignore it. */
export const commentText = (words: string): Buffer => Buffer.from(`: ${words}\n\n`);
