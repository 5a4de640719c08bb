import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Outcome {
  name: string;
  seconds: number;
  /** The reason for a failure. Absent if it passed. */
  failure?: string;
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

const escape = (text: string) => text.replace(/[<>&"]/g, (char) => ENTITIES[char] ?? char);

/** Writes the outcomes in the format that GitLab reads. */
export function writeJunit(path: string, suite: string, outcomes: Outcome[]): void {
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
