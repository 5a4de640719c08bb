import type { Permission } from '../access/access.js';
import type { AuditOfRoute } from './audited.decorator.js';
import type { JsonSchema } from './json-schema.js';
import type { ShownDifferences } from './shown.decorator.js';

/** The parts of the document of @nestjs/swagger that Galley changes. */
export interface Parameter {
  name: string;
  in: string;
  schema?: JsonSchema;
  [key: string]: unknown;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; description?: string; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, JsonSchema>;
  security?: object[];
  'x-access'?: 'public' | 'ignores-credentials' | Permission;
  'x-shown'?: ShownDifferences;
  'x-page'?: true;
  /** True for server-sent events. */
  'x-stream'?: true;
  /** True for a document whose format another specification defines. */
  'x-document'?: true;
  /** True if the response has the time of the last edit. */
  'x-dated'?: true;
  /** True if no cache may store the response, so that it has no ETag. */
  'x-not-stored'?: true;
  /** True if the condition of a change is the whole ETag of the resource. */
  'x-tagged'?: true;
  'x-audit'?: AuditOfRoute;
  /** Whether a replay sends the stored answer, or reads the resource again. */
  'x-replayable'?: 'answer' | 'resource';
  [key: string]: unknown;
}
