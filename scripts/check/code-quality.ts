/** Converts the output of eslint (--format json) to a GitLab Code Quality report: `code-quality.ts IN OUT`. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { ESLint } from 'eslint';
import { isMain } from '../tools/main.ts';

/** A finding in the format of GitLab. */
interface Finding {
  description: string;
  check_name: string;
  fingerprint: string;
  severity: 'major' | 'minor';
  location: { path: string; lines: { begin: number } };
}

export function codeQuality(results: Pick<ESLint.LintResult, 'filePath' | 'messages'>[]): Finding[] {
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, message, line, severity }): Finding => {
      const path = relative(process.cwd(), filePath);
      return {
        description: message,
        check_name: ruleId ?? 'syntax',
        fingerprint: createHash('sha256').update(`${path}:${ruleId}:${line}:${message}`).digest('hex'),
        severity: severity === 2 ? 'major' : 'minor',
        location: { path, lines: { begin: line ?? 1 } },
      };
    }),
  );
}

if (isMain(import.meta)) {
  const [from = '', to = ''] = process.argv.slice(2);
  const findings = codeQuality(JSON.parse(readFileSync(from, 'utf8')) as ESLint.LintResult[]);
  writeFileSync(to, JSON.stringify(findings, null, 2));
  for (const { description, check_name: rule, location } of findings)
    console.error(`${location.path}:${location.lines.begin} ${description} (${rule})`);
}
