import { settingsOf } from '../platform/config/area.js';
import { flag, setting } from '../platform/config/fields.js';

export const docsSettings = settingsOf('docs', {
  fields: {
    DOCS_ENABLED: setting(flag(true), 'If true, the server provides /docs and /openapi.json'),
  },
});
