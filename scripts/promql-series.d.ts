export function seriesOf(expression: string): { name: string; labels: string[] }[];
export function expressionsOf(alerts: object, dashboard: object): string[];
