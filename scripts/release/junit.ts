import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const escape = (text) =>
  String(text).replace(
    /[<>&"]/g,
    (char) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[char],
  );

/** Writes the outcomes `{ name, seconds, failure? }` as GitLab reads them. */
export function writeJunit(path, suite, outcomes) {
  const cases = outcomes.map(({ name, seconds, failure }) => {
    const body = failure ? `<failure message="${escape(failure)}"/>` : '';
    return `  <testcase classname="${escape(suite)}" name="${escape(name)}" time="${seconds.toFixed(3)}">${body}</testcase>`;
  });
  const failures = outcomes.filter(({ failure }) => failure).length;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="${escape(suite)}" tests="${outcomes.length}" failures="${failures}">\n${cases.join('\n')}\n</testsuite>\n`,
  );
}
