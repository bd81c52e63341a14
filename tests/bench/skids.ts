/**
 * A hundred skids of 120 registers at 10 Hz on one thread: how steadily they are scanned, how late the thread is for its
 * timers, and whether a skid costs more CPU the more there are. The field is one light server in C; its CPU is told apart.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import type { Steadiness } from './skids/cadence.ts';
import type { Figures } from './skids/gateway-child.ts';
import { model, writeField } from './skids/skid-of-120.ts';
import { CServer } from './support/c-server.ts';
import { MeasuringChild } from './support/measuring-child.ts';
import { median, rounded } from './support/pairs.ts';
import { planReads } from '../../gateway/modbus/read-plan.ts';

type Measurement = Readonly<{ gateway: Figures; control: Steadiness; fieldMs: number; requests: number }>;

export const run: Run = async ({ say, quick = false }) => {
  const [rounds, milliseconds, warmUpMs] = quick ? [1, 600, 400] : [5, 10_000, 5000];
  const sizes = quick ? [2, 10] : [10, 50, 100];
  const [fewest = 1, most = 1] = [sizes[0], sizes.at(-1)];
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-skids-'));
  const image = join(folder, 'field');
  writeField(image);
  const field = await CServer.start('field-server', [String(most), image]);
  const control = new MeasuringChild(new URL('./skids/timer-loop.ts', import.meta.url), [String(most)]);
  const measured = new Map<number, Measurement[]>(sizes.map((size) => [size, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const size of round % 2 === 0 ? sizes : [...sizes].reverse()) {
        const one = await measure({ field, control, size, milliseconds, warmUpMs });
        measured.get(size)?.push(one);
        say(textOf(one));
      }
    }
  } finally {
    await control.stop();
    await field.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const of = (size: number, figure: (one: Measurement) => number): number =>
    rounded(median((measured.get(size) ?? []).map(figure)));
  const each = ({ gateway }: Measurement): number => (100 * gateway.cpuMs) / gateway.milliseconds / gateway.skids;
  const growth = (measured.get(most) ?? []).map((one, i) => each(one) / each(measured.get(fewest)?.[i] ?? one));
  return [
    atMost(
      `scan jitter p99, ${most} skids`,
      of(most, ({ gateway }) => gateway.jitterP99),
      'ms',
      20,
    ),
    atMost(
      '  of bare timers beside it',
      of(most, (one) => one.control.jitterP99),
      'ms',
    ),
    atMost(
      `loop delay p99, ${most} skids`,
      of(most, ({ gateway }) => gateway.delayP99),
      'ms',
      10,
    ),
    atMost(
      '  of bare timers beside it',
      of(most, (one) => one.control.delayP99),
      'ms',
    ),
    ...sizes.map((size) => atMost(`CPU of a skid, ${size} skids`, of(size, each), '% of a core')),
    atMost(`CPU of a skid, ${most} skids / ${fewest}`, rounded(median(growth)), '', 1),
    atMost(
      'CPU of the field',
      of(most, ({ fieldMs, gateway }) => (100 * fieldMs) / gateway.milliseconds),
      '% of a core',
    ),
    atMost('reads of a skid a cycle', planReads(model, model.points).length, '', 3),
    atLeast(
      `values that are Good, ${most} skids`,
      of(most, ({ gateway }) => gateway.good),
      '',
      0.999,
    ),
    atMost(
      `turns left out, ${most} skids`,
      of(most, ({ gateway }) => gateway.missed),
      '',
    ),
  ];
};

async function measure({
  field,
  control,
  size,
  milliseconds,
  warmUpMs,
}: Readonly<{
  field: CServer;
  control: MeasuringChild;
  size: number;
  milliseconds: number;
  warmUpMs: number;
}>): Promise<Measurement> {
  const ports = field.ports.slice(0, size).map(String);
  const gateway = new MeasuringChild(new URL('./skids/gateway-child.ts', import.meta.url), ports);
  try {
    await gateway.ask<Figures>({ milliseconds: warmUpMs });
    const before = await field.figures();
    const [figures, steadiness] = await Promise.all([
      gateway.ask<Figures>({ milliseconds }),
      control.ask<Steadiness>({ milliseconds }),
    ]);
    const after = await field.figures();
    const requests = (after.reads ?? 0) + (after.writes ?? 0) - (before.reads ?? 0) - (before.writes ?? 0);
    return { gateway: figures, control: steadiness, fieldMs: after.cpuMs - before.cpuMs, requests };
  } finally {
    await gateway.stop();
  }
}

const textOf = ({ gateway, control, fieldMs, requests }: Measurement): string => {
  const seconds = gateway.milliseconds / 1000;
  return [
    `${gateway.skids} skids: jitter p99 ${gateway.jitterP99} (bare ${control.jitterP99}) ms`,
    `delay p99 ${gateway.delayP99} (bare ${control.delayP99}) ms`,
    `CPU ${rounded(gateway.cpuMs / seconds / 10, 1)} %, the field's ${rounded(fieldMs / seconds / 10, 1)} %`,
    `${rounded(requests / seconds, 0)} requests/s, ${rounded(gateway.turns / seconds, 0)} scans/s`,
    `${rounded(100 * gateway.good, 1)} % Good, ${rounded(100 * gateway.changed, 1)} % changed, ${gateway.missed} turns left out`,
    `heap ${rounded(gateway.heapMb, 0)} MB`,
  ].join('; ');
};
