/**
 * The system whose rules turn a body into HTML when it is shown, for example line breaks into paragraphs. A body of
 * Galley itself has none.
 */
export const BODY_DIALECTS = ['wordpress'] as const;
export type BodyDialect = (typeof BODY_DIALECTS)[number];
