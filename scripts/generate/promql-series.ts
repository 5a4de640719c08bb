export interface Series {
  name: string;
  labels: string[];
}

/** The rules of Prometheus, as far as they are read here. */
export interface Alerts {
  groups: { rules: { expr: string }[] }[];
}

/** A dashboard of Grafana, as far as it is read here. */
export interface Dashboard {
  panels: { targets?: { expr: string }[] }[];
}

/** The series that a PromQL expression reads, each with the labels that it asks of it. */
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

/** Every expression of the alerts and of the dashboard. */
export function expressionsOf(alerts: Alerts, dashboard: Dashboard): string[] {
  return [
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ];
}
