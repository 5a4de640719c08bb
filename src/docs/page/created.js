const KEY = 'galley.created';

/**
 * The resources that this tab has created, by the path of their collection. Their identifiers are filled into the
 * operations below the collection, because the id of an example exists nowhere. They survive a reload.
 */
export class Created {
  /** @param {any} ui Swagger UI */
  constructor(ui) {
    this.ui = ui;
    /** @type {Map<string, string>} */
    this.keys = new Map(read());
    for (const [collection, key] of this.keys) this.fill(collection, key);
  }

  /** @param {string} location the `Location` of a response with the status 201 */
  add(location) {
    const { collection, key } = split(location);
    this.keys.set(collection, key);
    this.keep();
    this.fill(collection, key);
  }

  /** The resource no longer exists. */
  remove(/** @type {string} */ location) {
    const { collection, key } = split(location);
    if (this.keys.get(collection) !== key) return;
    this.keys.delete(collection);
    this.keep();
    this.fill(collection, null);
  }

  has(/** @type {string} */ path) {
    return this.keys.has(path.slice(0, path.indexOf('/{')));
  }

  keep() {
    sessionStorage.setItem(KEY, JSON.stringify([...this.keys]));
  }

  fill(/** @type {string} */ collection, /** @type {string | null} */ key) {
    const { specSelectors, specActions } = this.ui.getSystem();
    const paths = specSelectors.specJsonWithResolvedSubtrees().get('paths');
    for (const [path, item] of paths.entries()) {
      if (!path.startsWith(`${collection}/{`)) continue;
      const name = path.slice(collection.length + 2, path.indexOf('}'));
      for (const [method, operation] of item.entries()) {
        const parameter = operation
          .get('parameters')
          .find((/** @type {any} */ one) => one.get('name') === name);
        const value = key ?? parameter.get('example');
        specActions.changeParam([path, method], name, 'path', value, false);
        specActions.changeParamByIdentity([path, method], parameter, value, false);
      }
    }
  }
}

/** @returns {[string, string][]} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

function split(/** @type {string} */ location) {
  const { pathname } = new URL(location, globalThis.location.href);
  const end = pathname.lastIndexOf('/');
  return { collection: pathname.slice(0, end), key: decodeURIComponent(pathname.slice(end + 1)) };
}
