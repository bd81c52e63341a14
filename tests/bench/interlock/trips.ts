/**
 * From a register that changes in the field to the bytes of the safe command there: the service as it is deployed, before the
 * light field of many skids in C, with a page and an OPC UA client attached. Both times are the field's, by one clock.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { encodePoint } from '../../../gateway/modbus/codec.ts';
import type { RegisterModel } from '../../../plant/device-model.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import {
  besideController,
  controllerAlone,
  controllerTypeFile,
  controllerType,
  testTypes,
} from '../../support/fitted.ts';
import { registerModelOf } from '../../support/register-model.ts';
import { Service } from '../../support/service.ts';
import { CServer } from '../support/c-server.ts';
import { MeasuringChild } from '../support/measuring-child.ts';
import { writeField } from '../skids/skid-of-120.ts';
import { quantile } from '../support/pairs.ts';
import { attach } from './attached.ts';
import type { HaltsAnswer } from './halts.ts';

export type TripFigures = Readonly<{
  /** Milliseconds beyond the row's own delay, of every trip, and of those while which no process was held up by the machine. */
  beyondMs: readonly number[];
  undisturbedMs: readonly number[];
  /** Trips that could not be measured, since a stall of the machine had put the skid into that step before. */
  before: number;
  /** Times that a process with nothing to do was held up for 20 ms and more, and for how long at worst. */
  halts: number;
  worstHaltMs: number;
  stolenPercent: number;
  fieldPercent: number;
  servicePercent: number;
  streamBytes: number;
  changes: number;
}>;

const type = loadSkidType(controllerTypeFile, { without: besideController });
const model: RegisterModel = registerModelOf(type.devices[0]?.model);

type Cause = Readonly<{ row: number; request: number; address: number; words: readonly number[] }>;

/** Causes of rows that the type has, the weaker first: each skid goes through them, so that each is a trip of its own. */
function causes(): readonly Cause[] {
  const point = (name: string) => {
    const found = model.points.find((each) => each.name === name);
    if (found === undefined) throw new Error(`The field controller has no ${name}.`);
    return found;
  };
  const { requests } = model.controller ?? { requests: { H: 10, S: 20 } };
  const hot = point('outletTemperature');
  const pressures = ['reactorPressureA', 'reactorPressureB', 'reactorPressureC'].map(point);
  const all: readonly Cause[] = [
    { row: 15, request: requests.H, address: hot.address, words: encodePoint(hot, 90) },
    {
      row: 9,
      request: requests.S,
      address: pressures[0]?.address ?? 0,
      words: pressures.flatMap((each) => encodePoint(each, 17.5)),
    },
  ];
  return all.filter(({ row }) => type.interlocks.some((each) => each.row === row));
}

/** CPU of the service so far, every thread of it. */
function cpuMs({ child }: Service): number {
  const stat = readFileSync(`/proc/${child.pid ?? 0}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // In hundredths of a second: utime and stime, the 14th and 15th field.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

const delayOf = (row: number): number =>
  Math.max(0, ...(type.interlocks.find((each) => each.row === row)?.trip.map((trip) => trip.for) ?? []));

export async function measureTrips(skids: number, trips: number, say: (line: string) => void): Promise<TripFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-trips-'));
  const image = join(folder, 'field');
  writeField(image);
  mkdirSync(join(folder, 'data'));
  const field = await CServer.start('field-server', [String(skids), image]);
  const site = join(folder, 'site.yaml');
  const lines = field.ports.map(
    (port, i) =>
      `  QD-${i + 1}: { type: ${controllerType}, title: Line ${i + 1}, twin: { run: apart }, ${controllerAlone}, links: { PLC-1: modbus-tcp://127.0.0.1:${port}/1 } }\n`,
  );
  writeFileSync(site, `site: bench\n${testTypes}\ntitle: bench\nskids:\n${lines.join('')}`);
  let service: Service | null = null;
  const idle = new MeasuringChild(new URL('./halts.ts', import.meta.url), []);
  try {
    service = await Service.start({ site, data: join(folder, 'data'), environment: { MESOLINE_LOG_LEVEL: 'error' } });
    const attached = await attach(
      service,
      type.tags.map(({ name }) => name),
    );
    await pause(skids > 10 ? 5000 : 2500);
    const before = { field: await field.figures(), service: cpuMs(service), at: performance.now() };
    const beyondMs: number[] = [];
    const rows: number[] = [];
    let tripped = 0;
    const windows: { from: number; to: number }[] = [];
    await idle.ask({});
    const turns = causes().flatMap((cause) => Array.from({ length: skids }, (_, skid) => ({ ...cause, skid })));
    for (const { skid, row, request, address, words } of turns.slice(0, trips)) {
      // Anywhere in the period of the scan.
      await pause(100 * Math.random());
      const from = performance.timeOrigin + performance.now();
      const ms = await field.flip(skid, request, address, words);
      if (ms === null) {
        tripped += 1;
        continue;
      }
      beyondMs.push(ms - delayOf(row));
      rows.push(row);
      windows.push({ from, to: performance.timeOrigin + performance.now() });
    }
    const seconds = (performance.now() - before.at) / 1000;
    const after = await field.figures();
    const { halts, stolenPercent } = await idle.ask<HaltsAnswer>({});
    const heldUp = ({ from, to }: Readonly<{ from: number; to: number }>): boolean =>
      halts.some((halt) => halt.from < to && halt.from + halt.ms > from);
    const percent = (ms: number): number => ms / seconds / 10;
    const figures = {
      beyondMs,
      undisturbedMs: beyondMs.filter((_, i) => !heldUp(windows[i] ?? { from: 0, to: 0 })),
      before: tripped,
      halts: halts.length,
      worstHaltMs: Math.max(0, ...halts.map(({ ms }) => ms)),
      stolenPercent,
      fieldPercent: percent(after.cpuMs - before.field.cpuMs),
      servicePercent: percent(cpuMs(service) - before.service),
      ...attached.figures(),
    };
    for (const cause of causes()) {
      const own = beyondMs.filter((_, i) => rows[i] === cause.row).sort((one, other) => one - other);
      const shown = [0, 0.5, 0.9, 0.95, 0.99, 1].map((part) => quantile(own, part).toFixed(0)).join(' ');
      say(`row ${cause.row}, ${own.length} trips: least, 50, 90, 95, 99 %, worst: ${shown} ms`);
    }
    say(`${beyondMs.length} trips of ${skids} skids in ${seconds.toFixed(0)} s`);
    await attached.leave();
    return figures;
  } finally {
    await idle.stop();
    await service?.stop('SIGKILL');
    await field.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
