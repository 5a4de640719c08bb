/**
 * Creates an element. A child that is a string becomes text, so markup in it is shown and not interpreted.
 * @param {Record<string, unknown>} properties of the element; `on…` adds a listener
 * @param {(Node | string | false | undefined)[]} children
 */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  Object.assign(node, properties);
  node.append(...children.filter((child) => child !== false && child !== undefined));
  return node;
}

/**
 * Creates an element with HTML of the API: only `html` of a post or a comment, which the server has sanitized. Everything
 * else is text. The policy of this site (server.js) runs no script that such HTML could contain.
 */
export function sanitized(name, html) {
  const node = document.createElement(name);
  node.innerHTML = html;
  return node;
}

/** Creates a labelled field of a form. */
export const field = (label, properties, name = 'input') =>
  element('label', {}, label, element(name, { required: true, ...properties }));

export const link = (text, href, properties) => element('a', { href, textContent: text, ...properties });

export const date = (time) =>
  element('time', {
    dateTime: time,
    textContent: new Date(time).toLocaleDateString(undefined, { dateStyle: 'long' }),
  });
