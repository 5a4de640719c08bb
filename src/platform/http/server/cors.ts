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

/** The origins of pages on this machine, with any port (RFC 6761 6.3: every name under localhost is the loopback). */
const LOOPBACK = /^https?:\/\/(?:(?:[a-z\d_-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

const allowedBy = ({ ALLOWED_ORIGINS, allowsLoopback }: HttpSettings): (string | RegExp)[] =>
  allowsLoopback ? [...ALLOWED_ORIGINS, LOOPBACK] : ALLOWED_ORIGINS;

const isAllowed = (origin: string, config: HttpSettings): boolean =>
  allowedBy(config).some((allowed) =>
    typeof allowed === 'string' ? allowed === origin : allowed.test(origin),
  );

/** The options of the CORS plugin. It only adds headers, and method-rules.ts answers OPTIONS. */
export const corsOptions = (config: HttpSettings) => ({
  origin: allowedBy(config),
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
  ...(origin !== undefined && isAllowed(origin, config) && { 'access-control-allow-origin': origin }),
});
