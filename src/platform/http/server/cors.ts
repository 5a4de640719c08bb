import type { HttpSettings } from '../settings/http.settings.js';

/** The headers that scripts of another origin can read. */
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

/** The options of the CORS plugin. It only adds headers, and method-rules.ts answers OPTIONS. */
export const corsOptions = (config: HttpSettings) => ({
  origin: config.ALLOWED_ORIGINS,
  credentials: true,
  preflightContinue: true,
  strictPreflight: false,
  exposedHeaders: EXPOSED,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  maxAge: 600,
});

/** Returns the same headers for a response that is sent before the plugin runs. */
export const corsHeaders = (origin: string | undefined, config: HttpSettings): Record<string, string> => ({
  vary: 'Origin',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': EXPOSED.join(', '),
  ...(origin !== undefined &&
    config.ALLOWED_ORIGINS.includes(origin) && { 'access-control-allow-origin': origin }),
});
