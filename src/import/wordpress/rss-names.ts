/** The namespaces that files have declared for RSS 2.0, whose elements have none. */
const RSS =
  /^https?:\/\/(?:backend\.userland\.com\/rss(?:2|091|092)?|(?:blogs|cyber)\.law\.harvard\.edu\/(?:tech\/)?rss)\/?$/i;

interface Named {
  uri: string;
  prefix: string;
  local: string;
}

/** Returns the name of an element of RSS without the namespace that only some files declare. */
export const withoutRss = ({ uri, prefix, local }: Named): Named => ({
  uri: uri !== '' && RSS.test(uri) ? '' : uri,
  prefix,
  local,
});
