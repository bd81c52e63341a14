/** How long `npm start` takes to be healthy and to see first samples, and what the whole demo takes of memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { ApiPerson } from '../support/api.ts';
import { atMost, type Run } from '../support/measured.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { setTimeout as pause } from 'node:timers/promises';

const settleMinutes = Number(process.env['MESOLINE_BENCH_MINUTES'] ?? 10);

type Values = Readonly<{ samples: Readonly<Record<string, readonly [value: unknown, quality: number]>> }>;

export const run: Run = async ({ say }) => {
  const folder = temporaryFolder('bench-start');
  const began = performance.now();
  const service = await Service.start({ site: 'deploy/sites/demo.yaml', data: folder.path, viaNpm: true });
  try {
    const healthy = (performance.now() - began) / 1000;
    const operator = await ApiPerson.firstLogin(service, 'operator');
    await until(
      async () => {
        const { body } = await operator.get<Values>('/api/skids/QD-1/values');
        return Object.values(body.samples).some(([, quality]) => quality === 0);
      },
      { withinMs: 30_000, what: 'first samples' },
    );
    const samples = (performance.now() - began) / 1000;
    say(`healthy after ${healthy.toFixed(1)} s; memory is read after ${settleMinutes} min`);
    const early = memory(service.child.pid ?? 0);
    await pause(settleMinutes * 60_000);
    const late = memory(service.child.pid ?? 0);
    for (const one of late) say(`${one.pssMb.toFixed(0).padStart(5)} MB  ${one.command}`);
    const sum = (list: readonly Resident[]): number => list.reduce((total, { pssMb }) => total + pssMb, 0);
    return [
      atMost('start to healthy', round(healthy), 's', 60),
      atMost('healthy to first samples, at most', round(samples - healthy), 's', 10),
      atMost('PSS of all processes at once', round(sum(early)), 'MB'),
      atMost(`PSS of all processes after ${settleMinutes} min`, round(sum(late)), 'MB', 700),
      atMost('processes', late.length, ''),
    ];
  } finally {
    await service.stop();
    folder.remove();
  }
};

const round = (value: number): number => Math.round(value * 10) / 10;

type Resident = Readonly<{ pid: number; command: string; pssMb: number }>;

const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

/** The proportional set size of what npm started, npm itself and the shells between left out. */
function memory(root: number): readonly Resident[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Gone since the folder was listed.
    }
  }
  const family = [root];
  for (const pid of family) for (const [child, parent] of parents) if (parent === pid) family.push(child);
  const ofNode = family.filter((pid) => !/^(\S*\/)?(npm|sh)\b/.test(commandLine(pid)));
  return ofNode.map((pid) => ({
    pid,
    command: commandLine(pid)
      .split('\0')
      .slice(0, 3)
      .map((part) => part.split('/').at(-1))
      .join(' '),
    pssMb: Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024,
  }));
}
