import type { HttpSettings } from '../settings/http.settings.js';

/** Headers that scripts of another origin may read. */
const EXPOSED = [
  'ETag',
  'Link',
  'Location',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Request-Id',
  'Idempotency-Replayed',
];

/** For the plugin. It adds the headers alone: method-rules.ts answers OPTIONS. */
export const corsOptions = (config: HttpSettings) => ({
  origin: config.ALLOWED_ORIGINS,
  credentials: true,
  preflightContinue: true,
  strictPreflight: false,
  exposedHeaders: EXPOSED,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  maxAge: 600,
});

/** The same headers for an answer that is given before the plugin runs. */
export const corsHeaders = (origin: string | undefined, config: HttpSettings): Record<string, string> => ({
  vary: 'Origin',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': EXPOSED.join(', '),
  ...(origin !== undefined &&
    config.ALLOWED_ORIGINS.includes(origin) && { 'access-control-allow-origin': origin }),
});
