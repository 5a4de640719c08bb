/**
 * What this page changes in Swagger UI.
 * @param {object} page
 * @param {() => void} page.logIn opens the dialog
 * @param {() => import('./created.js').Created | undefined} page.created
 */
export const galleyPlugin =
  ({ logIn, created }) =>
  (/** @type {any} */ { React, getComponent }) => {
    const h = React.createElement;

    // The original icon shows whether a token is set, so that public operations looked closed and all others open.
    const lock = ({ isAuthorized }) => {
      const text = isAuthorized ? 'You can send this request.' : 'This request requires a login.';
      return h(
        'button',
        {
          className: `authorization__btn ${isAuthorized ? 'open' : 'closed'}`,
          'aria-label': text,
          title: text,
          onClick: (event) => {
            event.stopPropagation();
            logIn();
          },
        },
        h(getComponent(isAuthorized ? 'UnlockAuthOperationIcon' : 'LockAuthOperationIcon', true)),
      );
    };

    const authorizeButton = ({ isAuthorized }) =>
      h(
        'div',
        { className: 'auth-wrapper' },
        h(
          'button',
          { className: `btn authorize ${isAuthorized ? 'locked' : 'unlocked'}`, onClick: logIn },
          h('span', null, isAuthorized ? 'Authorized' : 'Authorize'),
          h(getComponent(isAuthorized ? 'UnlockAuthIcon' : 'LockAuthIcon', true)),
        ),
      );

    const parameterRow = (Original) => (props) => {
      const { rawParam, pathMethod, specSelectors } = props;
      const isExample =
        rawParam.get('in') === 'path' &&
        !created()?.has(pathMethod[0]) &&
        specSelectors.parameterWithMetaByIdentity(pathMethod, rawParam).get('value') ===
          rawParam.get('example');
      if (!isExample) return h(Original, props);
      return h(
        React.Fragment,
        null,
        h(Original, props),
        h('tr', { className: 'example-note' }, h('td', null), h('td', null, EXAMPLE_NOTE)),
      );
    };

    const webhooks = (Original) => (props) => {
      const { specSelectors, layoutSelectors } = props;
      const text = layoutSelectors.currentFilter();
      const all = specSelectors.selectWebhooksOperations() ?? {};
      const wanted = Object.entries(all).map(([name, operations]) => [
        name,
        operations.filter(({ operation, path }) => mentions(text, 'webhooks', path, operation)),
      ]);
      const kept = Object.fromEntries(wanted.filter(([, operations]) => operations.length > 0));
      if (Object.keys(kept).length === 0) return null;
      return h(Original, {
        ...props,
        specSelectors: { ...specSelectors, selectWebhooksOperations: () => kept },
      });
    };

    return {
      components: {
        authorizeOperationBtn: lock,
        authorizeBtn: authorizeButton,
        // Swagger UI has no field for UUIDs and logs a warning for each one, so they are shown as text.
        JsonSchema_string_uuid: (props) => h(getComponent('JsonSchema_string'), props),
      },
      wrapComponents: { parameterRow, Webhooks: webhooks },
      fn: { opsFilter: filtered },
    };
  };

const EXAMPLE_NOTE =
  'This value is only an example. After you create a resource on this page, its own value appears here.';

/**
 * Keeps the operations whose section, path, summary or name contains the text. The original knows only sections and
 * paths, and does not filter webhooks.
 */
const filtered = (sections, text) =>
  sections
    .map((content, section) =>
      content.update('operations', (operations) =>
        operations.filter((one) => mentions(text, section, one.get('path'), one)),
      ),
    )
    .filter((content) => content.get('operations').size > 0);

/** The filter is a text, or a boolean while it is empty. */
function mentions(filter, section, path, operation) {
  const wanted = typeof filter === 'string' ? filter.trim().toLowerCase() : '';
  return [
    section,
    path,
    operation.getIn(['operation', 'summary']),
    operation.getIn(['operation', 'operationId']),
  ].some((part) => String(part).toLowerCase().includes(wanted));
}
