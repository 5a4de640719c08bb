export interface Series {
  name: string;
  labels: string[];
}

/** The fields of Prometheus rules that this file reads. */
export interface Alerts {
  groups: { rules: { expr: string }[] }[];
}

/** The fields of a Grafana dashboard that this file reads. */
export interface Dashboard {
  panels: { targets?: { expr: string }[] }[];
}

/** Returns the series that a PromQL expression uses, each with the labels that it requires. */
export function seriesOf(expression: string): Series[] {
  const bare = expression
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ');
  const found: Series[] = [];
  for (const [, name = '', selector = ''] of bare.matchAll(
    /([a-zA-Z_:][\w:]*)(?!\s*\()(?![\w:])\s*(\{[^}]*\})?/g,
  )) {
    if (KEYWORDS.has(name)) continue;
    found.push({ name, labels: [...selector.matchAll(/(\w+)\s*[=!]~?/g)].map(([, label = '']) => label) });
  }
  return found;
}

const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan', 'Inf', 'NaN']);

/** Returns all expressions of the alerts and of the dashboard. */
export function expressionsOf(alerts: Alerts, dashboard: Dashboard): string[] {
  return [
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ];
}
