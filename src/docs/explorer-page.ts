import { htmlPage } from '../platform/http/answers/html-page.js';
import { DOCS_ICON, docsHeader, HEADER_STYLE } from './docs-header.js';

/** Who is logged in, and a notice that appears when the session has ended. */
const ACCOUNT = `<div class="account">
<span class="in">Logged in as <b id="account-name"></b> <button id="log-out" type="button">Log out</button></span>
<span class="out">Not logged in <button data-open="login" type="button">Log in</button></span>
</div>
<div id="notice" role="alert" hidden><span id="notice-text"></span>
<button data-open="login" type="button">Log in</button></div>
`;

/** Returns the page with Swagger UI. Its scripts and its style are the files in `page`. */
export const explorerPage = (version: string): string =>
  htmlPage({
    title: 'Galley API',
    stylesheets: ['/docs/assets/swagger-ui.css', HEADER_STYLE, '/docs/page/explorer.css'],
    icon: DOCS_ICON,
    body: `${docsHeader(version, ACCOUNT)}
<div id="swagger-ui"></div>
<dialog id="login" aria-labelledby="login-title">
<h2 id="login-title">Log in</h2>
<form id="login-form">
<label>Email address <input name="email" type="email" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<p id="login-error" role="alert"></p>
<button type="submit">Log in</button>
</form>
<p>This page then sends your access token with each request, and refreshes the session by itself. If you have no account,
send <a href="#/auth/registerUser">Register an account</a> first.</p>
<details><summary>Use an access token that you already have</summary>
<form id="token-form">
<label>Access token <input name="token" autocomplete="off" spellcheck="false" required></label>
<button type="submit">Use this token</button>
</form>
</details>
<button id="login-close" type="button" aria-label="Close">×</button>
</dialog>
<script src="/docs/assets/swagger-ui-bundle.js"></script><script type="module" src="/docs/page/start.js"></script>`,
  });
