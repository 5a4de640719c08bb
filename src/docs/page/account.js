/** The part of the header that shows who is logged in, the notice below it, and the dialog. */
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {import('./session.js').Session} session */
export function createAccount(session) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('login'));
  const form = /** @type {HTMLFormElement} */ (byId('login-form'));
  const tokenForm = /** @type {HTMLFormElement} */ (byId('token-form'));
  const notice = byId('notice');

  const open = () => {
    byId('login-error').textContent = '';
    dialog.showModal();
  };
  const close = () => {
    form.reset();
    tokenForm.reset();
    dialog.close();
  };
  const say = (/** @type {string} */ text) => {
    byId('notice-text').textContent = text;
    notice.hidden = text === '';
  };
  const show = () => {
    const { state } = session;
    document.body.classList.toggle('logged-in', state !== null);
    byId('account-name').textContent = state ? (state.user?.email ?? 'your token') : '';
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(form));
    const button = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'));
    button.disabled = true;
    byId('login-error').textContent = '';
    session
      .logIn(String(email), String(password))
      .then(close, (error) => (byId('login-error').textContent = error.message))
      .finally(() => (button.disabled = false));
  });
  tokenForm.addEventListener('submit', (event) => {
    event.preventDefault();
    session.useToken(String(new FormData(tokenForm).get('token')).trim());
    close();
  });
  for (const button of document.querySelectorAll('[data-open=login]')) button.addEventListener('click', open);
  byId('log-out').addEventListener('click', () => void session.logOut());
  byId('login-close').addEventListener('click', close);
  session.addEventListener('change', (event) => {
    const { detail: reason } = /** @type {CustomEvent<string>} */ (event);
    show();
    say(reason === 'ended' ? ENDED : '');
  });
  show();
  return { open };
}

const ENDED = 'Your session has ended, so requests are sent without it. Log in again to continue.';
