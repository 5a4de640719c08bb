import type { BarePorts, BareSettings } from './bare.ts';
import { Child } from './child.ts';
import type { EquippedSettings } from './equipped.ts';
import type { Target } from './processes.ts';

/** A limit is a server that has less to do than Galley and sends the same bytes. */
interface Limit<Ports> {
  targets: Record<keyof Ports, Target>;
  stop: () => Promise<void>;
}

export const startBare = (settings: BareSettings): Promise<Limit<BarePorts>> =>
  startLimit('bare.ts', settings);

export const startEquipped = (settings: EquippedSettings): Promise<Limit<{ equipped: number }>> =>
  startLimit('equipped.ts', settings);

async function startLimit<Ports extends object>(file: string, settings: object): Promise<Limit<Ports>> {
  const child = new Child(file, {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    BENCH_SETTINGS: JSON.stringify(settings),
  });
  const ports = await child.message<Ports>();
  const targets = Object.entries(ports).map(([name, port]) => [
    name,
    { port: port as number, pid: child.pid },
  ]);
  return {
    targets: Object.fromEntries(targets) as Record<keyof Ports, Target>,
    stop: () => child.stop(),
  };
}
