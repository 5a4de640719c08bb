import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Say } from './say.ts';
import { writeReport } from './write-report.ts';

export interface Outcome {
  name: string;
  seconds: number;
  /** The reason for a failure. Absent if it passed. */
  failure?: string;
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

const escape = (text: string) => text.replace(/[<>&"]/g, (char) => ENTITIES[char] ?? char);

/** Writes the outcomes in the format that GitLab reads. */
export function writeJunit(path: string, suite: string, outcomes: Outcome[], say: Say): void {
  const cases = outcomes.map(({ name, seconds, failure }) => {
    const body = failure ? `<failure message="${escape(failure)}"/>` : '';
    return `  <testcase classname="${escape(suite)}" name="${escape(name)}" time="${seconds.toFixed(3)}">${body}</testcase>`;
  });
  const failures = outcomes.filter(({ failure }) => failure).length;
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="${escape(suite)}" tests="${outcomes.length}" failures="${failures}">\n${cases.join('\n')}\n</testsuite>\n`;
  const write = () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  writeReport(path, write, say);
}
