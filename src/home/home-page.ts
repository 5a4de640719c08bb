import { escapeText } from '../platform/content/attributes.js';
import { htmlPage } from '../platform/http/answers/html-page.js';
import { API_PATH } from '../platform/http/routes/api-path.js';
import type { ServiceView } from './home.schemas.js';

/** A client cannot read these with GET, so that a link would lead to an error. */
const FORMS = ['register', 'login'];

const LOG_IN = `# log in; the response contains accessToken and refreshToken
curl -X POST $url${API_PATH}/auth/login -H 'content-type: application/json' \\
  -d '{"email":"you@example.com","password":"your password"}'

# send the access token with each request that requires authentication
curl $url${API_PATH}/users/me -H 'authorization: Bearer ACCESS_TOKEN'`;

/** Returns the page for people who open the address of the server in a browser. */
export function homePage({ name, version, links }: ServiceView): string {
  const items = links
    .filter(({ rel }) => !FORMS.includes(rel))
    .map(({ href, title }) => `<li><a href="${href}">${escapeText(title)}</a> <code>${href}</code></li>`);
  const docs = links.find(({ rel }) => rel === 'service-doc');
  return htmlPage({
    title: name,
    stylesheets: ['/home.css'],
    kind: 'page',
    body: `<main><h1>${name}</h1>
<p>This is the API of a publication. It manages accounts, posts, pages, tags and comments over REST, for a website or an app
that uses it. It has no pages for readers. This server runs version ${escapeText(version)}.</p>
<ul>
${items.join('\n')}
</ul>
<h2>Log in</h2>
<p>Everyone can read published posts. To write, log in and send the access token with each request.${
      docs ? ` You can also do this in the <a href="${docs.href}">API reference</a>.` : ''
    } In these commands, <code>$url</code> is the origin of this
page, such as <code>http://localhost:3000</code>:</p>
<pre><code>${escapeText(LOG_IN)}</code></pre>
<p>If you have no account, register with <code>POST ${API_PATH}/auth/register</code>, or ask the operator of this server.</p>
</main>`,
  });
}
