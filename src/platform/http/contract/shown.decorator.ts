import { ApiExtension } from '@nestjs/swagger';

/** How the example of a response differs from the example of its view. */
export interface ShownDifferences {
  differences?: object;
  /** The fields that the route, or the items of its list, do not return to everyone or by default. */
  without?: string[];
}

/**
 * Declares what the route decides about its successful response, for the example in the document: publishing returns a
 * published post.
 */
export const Shown = (differences: object, without: string[] = []) =>
  ApiExtension('x-shown', { differences, without } satisfies ShownDifferences);
