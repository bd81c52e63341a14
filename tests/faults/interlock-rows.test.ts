import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/waiting.ts';
import { asksEquipment, LoneLine, words, type Noted } from './support/lone-line.ts';

/** Process time at twenty times the wall: a scan is 2 s of it, and the 60 s before a reset are 3 s. */
const timeScale = 20;
/** From the fault to the request word, with the process between them: its delays, and a pump that runs out. */
const askedWithinMs = 2500;
let line!: LoneLine;

beforeAll(async () => {
  line = await LoneLine.start('rows', timeScale);
  await line.resetWhenTaken();
});

afterAll(async () => {
  await line.stop();
});

type Row = Readonly<{
  row: number;
  /** What the field is asked for by its word, what its step then belongs to, and what the interlocks demand. */
  request: number;
  field: 'H' | 'S';
  demand: string;
  faults: readonly object[];
  /** The rows that latch, in their titles' words: the row itself, but for the one that watches the data. */
  latches: Readonly<Record<number, string>>;
  /** False where the action itself takes the cause away. */
  stays: boolean;
}>;

const high = (sensor: string): object => ({ fault: 'pressure-bias', sensor, bar: 17 });

const rows = {
  9: {
    row: 9,
    request: 20,
    field: 'S',
    demand: 'S',
    faults: [high('A'), high('B')],
    latches: { 9: 'Pressure high-high' },
    stays: true,
  },
  17: {
    row: 17,
    request: 11,
    field: 'H',
    demand: 'Hcd',
    faults: [{ fault: 'pump-stop', pump: 'ligand' }],
    latches: { 17: 'Cadmium without ligand or chalcogen' },
    stays: false,
  },
  22: {
    row: 22,
    request: 10,
    field: 'H',
    demand: 'H',
    faults: ['A', 'B'].map((one) => ({ fault: 'sensor-nan', point: `reactorTemperature${one}` })),
    latches: { 10: 'Flow resistance', 11: 'Pressure low while hot', 12: 'Temperature high' },
    stays: true,
  },
} as const satisfies Record<number, Row>;

/** @returns how long it took from the fault to the request word, in ms */
async function trips({ row, faults, demand, field, request, latches }: Row): Promise<number> {
  line.written.length = 0;
  const began = performance.now();
  for (const fault of faults) line.fault(fault);
  const asks = ({ address, value }: Noted): boolean => address === words.request && value === request;
  await until(() => line.written.some(asks), { everyMs: 5, what: `${request} in the request word` });
  const askedMs = (line.written.find(asks)?.at ?? Number.NaN) - began;
  await until(
    async () => {
      const now = await line.values();
      return now.demand === demand && now.fieldDemand === field;
    },
    { what: `${demand}, and the field in ${field}` },
  );
  process.stdout.write(`row ${row}: ${request} asked ${askedMs.toFixed(0)} ms after the fault\n`);
  const { firstOut } = await line.interlocks();
  expect(firstOut.map((each) => each.row)).toEqual(Object.keys(latches).map(Number));
  // The field keeps the row that asked first, for a service that would come up not knowing it.
  const asked = line.written.find(({ address, value }) => address === words.row && value !== 0);
  expect(asked?.value).toBe(firstOut[0]?.row);
  return askedMs;
}

/** What stands from the trip to the reset: the cause named, nothing run, no reset before its time; then the line is free. */
async function standsUntilReset({ row, request, latches, stays }: Row): Promise<void> {
  const early = await line.reset();
  expect(early.status).toBe(409);
  for (const title of Object.values(latches)) {
    expect(early.body.message).toContain(stays ? `${title}: the cause is present. Now: ` : title);
  }
  const { rows: views } = await line.interlocks();
  expect(views.find((each) => each.row === row)?.state).toMatch(stays ? /^tripped$/ : /^(tripped|latched)$/);
  expect(await line.set('F100/FIC-104.SP', 30)).toMatchObject({ status: 409 });

  line.fault({ fault: 'clear' });
  const refusals = await line.resetWhenTaken();
  expect(refusals.at(-1)).toContain('to go');
  const now = await line.values();
  expect(now).toMatchObject({ demand: 'none', fieldDemand: 'none' });
  const runs = ['F100/FIC-101.SP', 'F100/FIC-102.SP', 'F100/FIC-103.SP', 'F100/FIC-104.SP', 'R201/TIC-201.SP'];
  expect(runs.map((tag) => now.samples[tag]?.[0])).toEqual([0, 0, 0, 0, 0]);
  expect((await line.interlocks()).firstOut).toEqual([]);

  const since = line.written.findIndex(({ address, value }) => address === words.request && value === request);
  const written = line.written.slice(since);
  expect(written.filter(asksEquipment)).toEqual([]);
  const requests = written.filter(({ address }) => address === words.request).map(({ value }) => value);
  expect(requests.filter((value, i) => value !== requests[i - 1])).toEqual([request, 0]);
}

describe('on a cold line', () => {
  it('row 9 de-energises on two of three, and not on one', async () => {
    line.fault(high('A'));
    await until(async () => (await line.number('R201/PT-201A')) > 16.5, { what: 'one high reading' });
    expect((await line.values()).demand).toBe('none');
    expect(await trips(rows[9])).toBeLessThan(askedWithinMs);
    await standsUntilReset(rows[9]);
  });

  it('row 9 and a person are as quick while nothing can be written to the ledger', async () => {
    const letGo = line.blockLedger();
    try {
      expect(await trips(rows[9])).toBeLessThan(askedWithinMs);
      const began = performance.now();
      expect(await line.command({ kind: 'safe-state', action: 'S' })).toMatchObject({ status: 200 });
      expect(performance.now() - began).toBeLessThan(1000);
      expect(line.recorded().filter(tripOf(9))).toHaveLength(1);
    } finally {
      letGo();
    }
    await standsUntilReset(rows[9]);
  });

  it('row 17 takes cadmium off first when the ligand stops', async () => {
    for (const pump of ['101', '103', '102']) expect((await line.set(`F100/FIC-${pump}.SP`, 10)).status).toBe(200);
    await until(async () => (await line.number('F100/FT-102')) > 9, { what: 'cadmium to flow' });
    expect(await trips(rows[17])).toBeLessThan(askedWithinMs);
    await standsUntilReset(rows[17]);
  });

  it('row 22 runs HOT-HOLD where no row has a thermometer left to go by', async () => {
    expect(await trips(rows[22])).toBeLessThan(askedWithinMs);
    await standsUntilReset(rows[22]);
  });
});

describe('the record', () => {
  it('has every trip, the resets that were refused, and those that were done, each after its trip', async () => {
    const done = 1 + 4;
    await until(() => line.recorded().filter(({ action }) => action === 'interlock-reset').length === done);
    const events = line.recorded();
    for (const row of [9, 17]) expect(events.filter(tripOf(row)).length).toBeGreaterThanOrEqual(1);
    expect(events.filter(tripOf(9))).toHaveLength(2);
    const order = events
      .map(({ action }) => action)
      .filter((action) => ['interlock-tripped', 'interlock-reset'].includes(action))
      .filter((action, i, all) => action !== all[i - 1]);
    expect(order).toEqual([
      'interlock-reset',
      ...Array.from({ length: 4 }, () => ['interlock-tripped', 'interlock-reset']).flat(),
    ]);
    expect(events.filter(({ action }) => action === 'interlock-reset-refused').length).toBeGreaterThanOrEqual(4);
    expect(events.filter(({ action }) => action === 'interlock-reset-accepted')).toHaveLength(done);
  });
});

const tripOf =
  (row: number) =>
  ({ action, object }: Readonly<{ action: string; object: string }>): boolean =>
    action === 'interlock-tripped' && object === `interlock ${row}`;
