import { settingsOf } from '../config/area.js';
import { list, setting } from '../config/fields.js';
import { DEFAULT_PROVIDERS, providerOf } from './embed-providers.js';

export const contentSettings = settingsOf('content', {
  heading: 'Content',
  fields: {
    EMBED_PROVIDERS: setting(
      list(DEFAULT_PROVIDERS.join(',')).refine(
        (entries) => entries.every((entry) => providerOf(entry) !== undefined),
        'must be a comma-separated list of hosts without scheme and port, each with an optional beginning of a path, such as player.vimeo.com,www.youtube.com/embed/',
      ),
      'The sites whose frames posts can show: hosts, each with an optional beginning of a path. Frames of other sites become links. Do not name a host of your front end: its frames could leave their sandbox. A change applies to posts that are written or imported afterwards',
    ),
  },
});
