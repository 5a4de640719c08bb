import { ConnectionError, ProblemError, SessionChangedError } from './client.js';
import { element } from './dom.js';

/** What a person reads about codes that they can do something about. Other problems have their own `detail`. */
const SENTENCES = {
  wrong_credentials: 'The email address or the password is not correct.',
  email_taken: 'There is an account with this email address already. Log in instead.',
  not_signed_in: 'Your session has ended. Log in again.',
  invalid_token: 'Your session has ended. Log in again.',
  too_many_requests: 'That was a little too fast. Wait a moment and try again.',
  version_mismatch:
    'Somebody has changed this in the meantime. Copy your text, reload the page and try again.',
};

export function sentenceOf(error) {
  if (error instanceof ConnectionError) return 'The server cannot be reached. Try again in a moment.';
  if (error instanceof SessionChangedError)
    return 'You have logged in again. Check whether this was saved, and send it again if it was not.';
  if (!(error instanceof ProblemError)) throw error;
  const [fault] = error.errors;
  return SENTENCES[error.code] ?? (fault ? `${fault.path}: ${fault.message}` : error.message);
}

/**
 * Creates a form. While it sends, its button is disabled; if that fails, it says why and keeps what was typed. A second
 * attempt with the same text has the key of the first, which the server may have processed. The key is valid in one
 * session: after another login, the client refuses it, and the error has none, so that the attempt after it is a new one.
 * @param {string} submit the text of the button
 * @param {(values: Record<string, string>, options: { idempotencyKey?: string }) => Promise<void>} send
 */
export function form(submit, send, ...fields) {
  const problem = element('p', { className: 'problem', role: 'alert' });
  const button = element('button', { className: 'main', textContent: submit });
  const node = element('form', {}, ...fields, problem, element('div', { className: 'row' }, button));
  let idempotencyKey;
  node.addEventListener('input', () => {
    idempotencyKey = undefined;
  });
  node.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.textContent = '';
    try {
      await send(Object.fromEntries(new FormData(node)), { idempotencyKey });
      idempotencyKey = undefined;
    } catch (error) {
      idempotencyKey = error.idempotencyKey;
      problem.textContent = sentenceOf(error);
    } finally {
      button.disabled = false;
    }
  });
  return node;
}
