import { api, galley } from './client.js';
import { element, link } from './dom.js';
import { sentenceOf } from './form.js';
import { showList } from './views/list.js';
import { showLogin, showRegistration } from './views/login.js';
import { showPost } from './views/post.js';
import { showEditor } from './views/write.js';

/** The part of the address after `#`, and the view that shows it. */
const ROUTES = [
  [/^\/?$/, () => showList({})],
  [/^\/tags\/(.+)$/, (tag) => showList({ tag })],
  [/^\/search\/(.+)$/, (q) => showList({ q })],
  [/^\/posts\/(.+)$/, showPost],
  [/^\/edit\/(.+)$/, showEditor],
  [/^\/write$/, () => showEditor()],
  [/^\/login$/, showLogin],
  [/^\/register$/, showRegistration],
];

const view = document.getElementById('view');
const account = document.getElementById('account');

async function show() {
  const route = location.hash.slice(1);
  const shown = await shownAt(route).catch((error) =>
    element('p', { className: 'problem', textContent: sentenceOf(error) }),
  );
  // A slower answer must not replace a newer page.
  if (route === location.hash.slice(1)) view.replaceChildren(shown);
}

async function shownAt(route) {
  const [pattern, open] = ROUTES.find(([known]) => known.test(route)) ?? [];
  if (!open) return element('p', { textContent: 'There is no such page.' });
  return open(...pattern.exec(route).slice(1).map(decodeURIComponent));
}

async function showAccount() {
  const user = (await galley.auth.userId()) && (await galley.users.me().catch(() => undefined));
  if (!user) return account.replaceChildren(link('Log in', '#/login'), link('Register', '#/register'));
  const logout = element('button', { className: 'link', textContent: 'Log out', onclick: leave });
  account.replaceChildren(
    element('span', { className: 'faint', textContent: user.name }),
    ...(user.role === 'user' ? [] : [link('Write', '#/write')]),
    logout,
  );
}

/** The page forgets the tokens also if the server cannot be reached. */
const leave = () => galley.auth.logout().catch(() => undefined);

Object.assign(document.getElementById('api'), { href: `${api}/docs` });
window.addEventListener('hashchange', show);
// Also after a login, a logout or the end of the session in another tab.
galley.auth.onChange(() => {
  void showAccount();
  void show();
});
await Promise.all([showAccount(), show()]);
