/** Turns what eslint found (--format json) into GitLab's Code Quality report: `node scripts/check/code-quality.ts IN OUT`. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const [from, to] = process.argv.slice(2);
const findings = JSON.parse(readFileSync(from, 'utf8')).flatMap(({ filePath, messages }) =>
  messages.map(({ ruleId, message, line, severity }) => {
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
writeFileSync(to, JSON.stringify(findings, null, 2));
for (const { description, check_name: rule, location } of findings)
  console.error(`${location.path}:${location.lines.begin} ${description} (${rule})`);
