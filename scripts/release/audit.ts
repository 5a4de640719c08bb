interface Advisory {
  url: string;
  severity: string;
  title: string;
  name: string;
}

/** The fields of `npm audit --json` that this file reads. */
export interface AuditReport {
  vulnerabilities?: Record<string, { via: (Advisory | string)[] }>;
  message?: string;
  error?: { summary?: string };
}

/** An entry of audit-exceptions.json. */
export interface AuditException {
  id?: string;
  reason?: string;
  expires?: string;
}

interface Judgement {
  faults: string[];
  excused: string[];
}

const GATED = ['high', 'critical'];

/**
 * Evaluates the findings of `npm audit --json`. High and critical findings are faults unless an exception with a
 * reason and an expiry date covers them.
 * @param today as YYYY-MM-DD
 * @returns `{ faults, excused }`, sentences
 */
export function judgeAudit(report: AuditReport, exceptions: AuditException[], today: string): Judgement {
  const faults = exceptions.flatMap((exception) => wrongWith(exception, today));
  const excused: string[] = [];
  for (const { id, severity, title, name } of advisories(report)) {
    if (!GATED.includes(severity)) continue;
    const exception = exceptions.find((one) => one.id === id && (one.expires ?? '') >= today);
    const said = `${name}: ${title} (${severity}, ${id})`;
    if (exception) excused.push(`${said}; until ${exception.expires}: ${exception.reason}`);
    else faults.push(said);
  }
  return { faults, excused };
}

function advisories({ vulnerabilities = {} }: AuditReport) {
  const found = Object.values(vulnerabilities).flatMap(({ via }) =>
    via.filter((one) => typeof one === 'object'),
  );
  const byUrl = new Map(found.map((one) => [one.url, one]));
  return [...byUrl.values()].map(({ url, severity, title, name }) => ({
    id: url.split('/').at(-1),
    severity,
    title,
    name,
  }));
}

function wrongWith({ id, reason, expires = '' }: AuditException, today: string): string[] {
  if (!id || !reason || !/^\d{4}-\d{2}-\d{2}$/.test(expires))
    return [
      `audit-exceptions.json: ${id ?? 'an entry'} requires id (GHSA-…), reason and expires (YYYY-MM-DD)`,
    ];
  return expires < today
    ? [`audit-exceptions.json: ${id} expired on ${expires}: update the package, or renew the exception`]
    : [];
}
