import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AuditException, type AuditReport, judgeAudit } from '../audit.ts';
import { runCommand } from '../command-line.ts';
import { Refusal } from '../refusal.ts';
import { run } from '../run.ts';

const usage = `
usage: scripts/audit

Requests the known vulnerabilities of the packages in production from the registry. Fails for high and critical ones,
except those that audit-exceptions.json lists as {"id": "GHSA-…", "reason": "…", "expires": "YYYY-MM-DD"}, until that
day. Writes reports/npm-audit.json.
`;

await runCommand({ name: 'audit', usage, options: {} }, async () => {
  const { stdout, stderr } = await run('npm', ['audit', '--omit=dev', '--json']);
  let report: AuditReport;
  try {
    report = JSON.parse(stdout) as AuditReport;
  } catch {
    throw new Refusal(`npm audit did not respond: ${stderr.trim()}`);
  }
  if (report.error || !report.vulnerabilities)
    throw new Refusal(
      `npm audit did not respond: ${report.message || report.error?.summary || stdout.trim()}`,
    );
  mkdirSync('reports', { recursive: true });
  writeFileSync('reports/npm-audit.json', stdout);
  const exceptions = JSON.parse(readFileSync('audit-exceptions.json', 'utf8')) as AuditException[];
  const { faults, excused } = judgeAudit(report, exceptions, new Date().toISOString().slice(0, 10));
  for (const one of excused) console.log(`excused: ${one}`);
  if (faults.length > 0) throw new Refusal(faults.join('\n'));
  console.log('audit: no high or critical vulnerabilities');
});
