import type { Answer } from '../kubectl.ts';
import type { Pod } from '../kubernetes.ts';
import { redact } from './redact.ts';

interface Probe {
  container: string;
  path: string;
  port: number;
}

/** Runs a program in the container of the probe. */
export type Asked = (args: string[]) => Promise<Answer>;

/** @returns the HTTP readiness probe of a container that runs and is not ready */
export function readinessProbeOf({ spec, status }: Pod): Probe | undefined {
  for (const { name, readinessProbe, ports = [] } of spec.containers) {
    const { path, port } = readinessProbe?.httpGet ?? {};
    const state = status.containerStatuses?.find((one) => one.name === name);
    if (!path || port === undefined || !state?.state?.running || state.ready) continue;
    const number = typeof port === 'number' ? port : ports.find((one) => one.name === port)?.containerPort;
    if (number) return { container: name, path, port: number };
  }
  return undefined;
}

/** kubectl prints no body of an error, and network policies can keep the API server away, so the pod asks itself. */
const PROGRAM = `
const [port, path] = process.argv.slice(1);
fetch('http://127.0.0.1:' + port + path, { signal: AbortSignal.timeout(5000) }).then(
  async (answer) => console.log(JSON.stringify({ status: answer.status, body: (await answer.text()).slice(0, 4000) })),
  (error) => console.log(JSON.stringify({ error: (error.cause ?? error).message })),
);`;

/** @returns what the server answers to its readiness probe, in one line, or undefined if that cannot be found out */
export async function askReadiness({ path, port }: Probe, ask: Asked): Promise<string | undefined> {
  const { ok, stdout } = await ask(['node', '-e', PROGRAM, String(port), path]);
  if (!ok) return undefined;
  try {
    const { status, body, error } = JSON.parse(stdout) as { status?: number; body?: string; error?: string };
    if (error !== undefined) return `${path} does not respond (${error})`;
    if (status === 200) return undefined;
    return redact(`${path} returned ${status}${explain(body ?? '')}`);
  } catch {
    return undefined;
  }
}

interface Health {
  error?: Record<string, { status?: string; message?: string }>;
}

/** Names the parts that are down, in the format of Terminus. */
function explain(body: string): string {
  try {
    const { error = {} } = JSON.parse(body) as Health;
    const parts = Object.entries(error).map(
      ([name, { status = 'down', message }]) => `${name} is ${status}${message ? ` (${message})` : ''}`,
    );
    return parts.length > 0 ? `: ${parts.join(', ')}` : '';
  } catch {
    return body.trim() ? `: ${body.trim().split('\n', 1)[0]?.slice(0, 200)}` : '';
  }
}
