import { galley } from '../client.js';
import { element, field, link } from '../dom.js';
import { form } from '../form.js';

const email = () => field('Email address', { name: 'email', type: 'email', autocomplete: 'email' });
const password = (autocomplete) => field('Password', { name: 'password', type: 'password', autocomplete });

async function logIn(credentials) {
  await galley.auth.login(credentials);
  location.hash = '#/';
}

export const showLogin = async () =>
  element(
    'section',
    {},
    element('h1', { textContent: 'Log in' }),
    form('Log in', logIn, email(), password('current-password')),
    element('p', { className: 'faint' }, 'No account yet? ', link('Register', '#/register')),
  );

export const showRegistration = async () =>
  element(
    'section',
    {},
    element('h1', { textContent: 'Register' }),
    form(
      'Register',
      async (account) => {
        await galley.auth.register(account);
        await logIn({ email: account.email, password: account.password });
      },
      field('Name', { name: 'name', autocomplete: 'name' }),
      email(),
      password('new-password'),
    ),
  );
