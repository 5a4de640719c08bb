import { createAccount } from './account.js';
import { Created } from './created.js';
import { galleyPlugin } from './plugin.js';
import { fillRefreshTokens } from './refresh-tokens.js';
import { Session } from './session.js';

const session = new Session();
const account = createAccount(session);

/** @type {Created | undefined} */
let created;
/** The token of the last request. */
let sent = '';

const ui = /** @type {any} */ (globalThis).SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  filter: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  plugins: [galleyPlugin({ logIn: account.open, created: () => created })],
  requestInterceptor: withValidToken,
  responseInterceptor: readResponse,
  onComplete: () => {
    created = new Created(ui);
    showSession();
    session.addEventListener('change', showSession);
  },
});

const scheme = matchMedia('(prefers-color-scheme: dark)');
const showScheme = () => document.documentElement.classList.toggle('dark-mode', scheme.matches);
scheme.addEventListener('change', showScheme);
showScheme();

// A session can end while nobody looks at the page.
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void session.validToken();
});
void session.validToken();

/** Tells Swagger UI which token to send. */
function showSession() {
  const { authActions, authSelectors } = ui.getSystem();
  const token = session.state?.accessToken;
  if (token)
    authActions.authorize({
      bearer: { name: 'bearer', schema: { type: 'http', scheme: 'bearer' }, value: token },
    });
  else if (authSelectors.authorized().size > 0) authActions.logout(['bearer']);
  fillRefreshTokens(ui, session.state?.refreshToken);
}

/** Swagger UI adds the token that it knows, which can have expired since. */
async function withValidToken(/** @type {any} */ request) {
  if (request.loadSpec || !request.headers.Authorization) return request;
  const token = await session.validToken();
  sent = token ?? '';
  if (token) request.headers.Authorization = `Bearer ${token}`;
  else delete request.headers.Authorization;
  return request;
}

/** Follows what the person does by hand: a login, a refresh, a logout, and resources that appear and disappear. */
function readResponse(/** @type {any} */ response) {
  const { status, headers = {}, body, url } = response;
  const { pathname } = new URL(url, location.href);
  if (status === 200 && /\/auth\/(login|refresh)$/.test(pathname)) session.adopt(body);
  if (status === 201 && headers.location) created?.add(headers.location);
  if (status === 204 && pathname.endsWith('/auth/logout')) session.keep(null);
  else if (status === 204) created?.remove(pathname);
  if (status === 401 && body?.code === 'invalid_token' && sent) void session.rejected(sent);
  return response;
}
