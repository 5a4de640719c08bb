/**
 * 500 posts are scheduled for one minute and published by three processes, while the clock of one of them is ten minutes off
 * and one is killed or frozen in that minute, or all of them are down. Each post must be published once, not before its
 * minute and at most 5 seconds after it (or after the outage), with the scheduled time, one event, one entry in the audit
 * log and one change in the feed, every process must show it, and the receiver of a webhook must get its event.
 * `npm run test:heavy -- schedule [posts, default 500] [rounds, default killed-ahead,killed-behind,frozen,outage]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Arrivals, listen } from './arrivals.ts';
import { type DeployedProcess, Deployment } from './deployment.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { HookAdmin } from './hook-admin.ts';
import { type Published, ScheduledPosts } from './scheduled-posts.ts';

const MOST_LATE_S = 5;
/** A frozen process keeps what it has locked until the database ends its session. */
const MOST_FROZEN_S = 10;
const MINUTE_MS = 60_000;
const CLOCK_OFF_MS = 10 * MINUTE_MS;
const OUTAGE_MS = 10_000;
/** A process applies what another one has committed within a second. */
const HEARD_MS = 1000;
const SHARE_BEFORE_FAULT = 0.3;
const SETTINGS = { OUTBOUND_ALLOW: '127.0.0.1' };

interface Round {
  clockOffMs: number;
  /** What happens from the moment when some of the posts are published. Resolves with the processes that still run. */
  fault: (processes: DeployedProcess[], begun: () => Promise<unknown>) => Promise<DeployedProcess[]>;
  mostLateS: number;
}

const killOne: Round['fault'] = async (processes, begun) => {
  await begun();
  const victim = processes[Math.floor(Math.random() * processes.length)];
  await victim?.kill();
  return processes.filter((process) => process !== victim);
};

const ROUNDS: Record<string, Round> = {
  'killed-ahead': { clockOffMs: CLOCK_OFF_MS, fault: killOne, mostLateS: MOST_LATE_S },
  'killed-behind': { clockOffMs: -CLOCK_OFF_MS, fault: killOne, mostLateS: MOST_LATE_S },
  frozen: {
    clockOffMs: CLOCK_OFF_MS,
    mostLateS: MOST_LATE_S + MOST_FROZEN_S,
    fault: async (processes, begun) => {
      await begun();
      const [frozen, ...others] = processes;
      frozen?.child.kill('SIGSTOP');
      await delay((MOST_LATE_S + MOST_FROZEN_S) * 1000);
      frozen?.child.kill('SIGCONT');
      await delay(HEARD_MS);
      return others;
    },
  },
  outage: {
    clockOffMs: CLOCK_OFF_MS,
    mostLateS: MOST_LATE_S,
    fault: async (processes, begun) => {
      for (const process of processes) await process.kill();
      await begun();
      await delay(OUTAGE_MS);
      await processes[0]?.start();
      return processes.slice(0, 1);
    },
  },
};

export const schedule: HeavyTest = async ([posts = '500', rounds = Object.keys(ROUNDS).join()], closing) => {
  const deployment = await Deployment.open(closing);
  const processes = await deployment.started(2, SETTINGS);
  const off = await deployment.process(SETTINGS);
  const all = [...processes, off];
  const author = await ScheduledPosts.author(all[0] as DeployedProcess);
  const arrivals = new Arrivals();
  const admin = await HookAdmin.signUp((all[0] as DeployedProcess).url, deployment);
  await admin.create(await listen(arrivals.take, closing), ['post.published']);
  const faults: string[] = [];
  const rows: object[] = [];
  for (const name of rounds.split(',')) {
    const round = ROUNDS[name];
    if (!round) throw new Error(`there is no round ${name}`);
    await startAll(processes, off, round.clockOffMs);
    const scheduled = await ScheduledPosts.make(deployment, author, Number(posts));
    const left = await minuteOf(scheduled, all, name === 'outage', round.fault);
    const published = await scheduled.published(left, HEARD_MS, arrivals);
    const row = { round: name, 'clock of one': `${round.clockOffMs / MINUTE_MS} min`, ...published };
    console.log(JSON.stringify(row));
    rows.push(row);
    faults.push(...faultsOf(published, scheduled.count, round).map((fault) => `${name}: ${fault}`));
  }
  console.table(rows);
  return faults;
};

async function startAll(
  processes: DeployedProcess[],
  off: DeployedProcess,
  clockOffMs: number,
): Promise<void> {
  for (const process of processes) if (!process.isRunning) await process.start();
  if (off.isRunning) await off.kill(); // It starts with another clock.
  const preload = new URL('./shifted-clock.ts', import.meta.url).href;
  await off.start({ NODE_OPTIONS: `--import=${preload}`, CLOCK_OFFSET_MS: String(clockOffMs) });
}

async function minuteOf(
  scheduled: ScheduledPosts,
  processes: DeployedProcess[],
  isOutage: boolean,
  fault: Round['fault'],
): Promise<DeployedProcess[]> {
  await scheduled.areHidden(processes);
  scheduled.watch();
  const begun = isOutage
    ? () => delay(Math.max(0, scheduled.minute - Date.now()))
    : () => scheduled.untilPublished(SHARE_BEFORE_FAULT);
  return fault(processes, begun);
}

const faultsOf = (found: Published, count: number, { mostLateS }: Round): string[] =>
  faultsAmong([
    found.published !== count && `${found.published} of ${count} posts are published`,
    found.exact !== count && `${count - found.exact} posts have another time than the scheduled one`,
    found.events !== count && `${found.events} events`,
    found.entries !== count && `${found.entries} entries in the audit log`,
    found.delivered !== count && `${found.delivered} posts whose event a receiver got`,
    found.changes !== count && `${found.changes} changes in the feed`,
    found.doubled > 0 && `${found.doubled} posts were published more than once`,
    found.hidden > 0 && `${found.hidden} posts are not shown by a process a second after they were published`,
    found.firstS < 0 && `the first post was published ${-found.firstS} s too early`,
    found.lastS > mostLateS && `the last post was published ${found.lastS} s late`,
  ]);
