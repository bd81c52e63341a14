/** What a service finds when it starts: what it held before, what the field keeps, and in which order both are told. */
import { describe, expect, it } from 'vitest';
import { admitProofTest } from '../../../../control/interlocks/proof-stimulus.ts';
import type { PreparedSkid } from '../../../../control/interlocks/prepare.ts';
import { adopt, type GuardState, type KeptLatch } from '../../../../control/interlocks/state.ts';
import { step } from '../../../../control/interlocks/step.ts';
import { awayOf } from '../../../../control/interlocks/step-latches.ts';
import { milliseconds } from '../../../../plant/clock.ts';
import { badWaitingForInitialData } from '../../../../plant/quality.ts';
import type { Demand } from '../../../../plant/safe-state.ts';
import type { SkidType } from '../../../../plant/skid/definition.ts';
import { cold, Plant, running } from '../support/plant.ts';
import { shipped, twoPeople } from '../support/whole.ts';

const kept = (row: number | null, over: Partial<KeptLatch> = {}): KeptLatch => ({
  source: 'row',
  row,
  title: `Title of ${row ?? 'none'}`,
  demand: 'S',
  message: `Message of ${row ?? 'none'}.`,
  scan: 5,
  at: 1_780_000_000_000,
  ...over,
});

/** The skid as the first complete view of a service shows it, with what the one before it held. */
function found(
  before: readonly KeptLatch[],
  fieldDemand: Demand | null,
  firstOutRow: number | null = 0,
  values: Readonly<Record<string, number | boolean>> = cold,
): Plant {
  const plant = new Plant(values, shipped);
  plant.state = adopt(plant.state, before);
  plant.fieldDemand = fieldDemand;
  plant.firstOutRow = firstOutRow;
  plant.step();
  return plant;
}

function withoutField(): Readonly<{ rig: Plant; skid: PreparedSkid; state: GuardState }> {
  const rig = new Plant(cold, shipped);
  return { rig, skid: { ...rig.skid, field: null }, state: rig.state };
}

const rowsOf = (plant: Plant): (number | null)[] =>
  plant.state.latches.filter(({ source }) => source === 'row').map(({ row }) => row);

describe('what the service before this one held', () => {
  it('is held on with its words and times while the field stands in a safe state', () => {
    const plant = found([kept(7)], 'S');
    expect(plant.state.latches[0]).toEqual({
      source: 'row',
      row: 7,
      title: 'Title of 7',
      demand: 'S',
      measures: [],
      message: 'Message of 7.',
      at: 1_780_000_000_000,
      stampedBy: 'gateway',
      scan: 0,
      awaySince: 0,
      cleared: false,
    });
    expect(plant.verdict).toMatchObject({ demand: 'S', row: 7 });
    expect(plant.told('interlock-tripped')).toMatchObject([
      { row: 7, title: 'Title of 7', message: 'Message of 7.', demand: 'S', actor: null, commandId: null },
    ]);
    expect(plant.state.kept).toBeNull();
  });

  it('is gone where the field stands in none, but for what only blocked a start', () => {
    expect(rowsOf(found([kept(7), kept(19, { demand: 'B' })], 'none'))).toEqual([19]);
    expect(rowsOf(found([kept(7), kept(19, { demand: 'B' })], 'B'))).toEqual([19]);
    expect(rowsOf(found([kept(7), kept(19, { demand: 'B' })], 'H'))).toEqual([7, 19]);
  });

  it('is of rows alone: boot and the field are judged anew', () => {
    const plant = found([kept(null, { source: 'boot', demand: 'B' }), kept(null, { source: 'field' })], 'S');
    expect(rowsOf(plant)).toEqual([]);
    expect(plant.state.latches.map(({ source, title }) => [source, title])).toEqual([
      ['boot', 'Start of the service'],
      ['field', 'Field controller'],
    ]);
  });

  it('of several scans keeps which were first together, and what came after them', () => {
    const plant = found([kept(7), kept(9), kept(8, { scan: 6 })], 'S');
    expect(plant.state.latches.filter(({ source }) => source === 'row')).toMatchObject([
      { row: 7, scan: 0 },
      { row: 9, scan: 0 },
      { row: 8, scan: 1, title: 'Title of 8', demand: 'S' },
    ]);
  });

  it('is taken up once, however long it is looked at', () => {
    const plant = found([kept(7)], 'S');
    plant.run(1000);
    expect(rowsOf(plant)).toEqual([7]);
    expect(plant.told('interlock-tripped')).toHaveLength(1);
  });
});

describe('the row that the field keeps as its first', () => {
  it('comes before everything of this service, by the name that the matrix has for it', () => {
    const plant = found([], 'S', 8);
    expect(plant.state.latches[0]).toEqual({
      source: 'row',
      row: 8,
      title: 'Drip tray wet',
      demand: 'S',
      measures: [],
      message: 'The field controller keeps it as the row behind the first request since its last reset.',
      at: plant.utc() - 100,
      stampedBy: 'field',
      scan: 0,
      awaySince: 0,
      cleared: false,
    });
    expect(plant.verdict).toMatchObject({ demand: 'S', row: 8 });
  });

  it('stands by its number where the matrix has no such row', () => {
    expect(found([], 'H', 77).state.latches[0]).toMatchObject({ row: 77, title: 'Row 77', demand: 'H' });
  });

  it('is told once where it was kept beside the record too, and stays first where it came later there', () => {
    expect(rowsOf(found([kept(7), kept(9)], 'S', 9))).toEqual([7, 9]);
    const plant = found([kept(7), kept(9, { scan: 6 })], 'S', 9);
    expect(plant.state.latches.find(({ row }) => row === 9)).toMatchObject({ scan: 0, message: 'Message of 9.' });
    expect(rowsOf(found([kept(7), kept(8)], 'S', 9))).toEqual([9, 7, 8]);
  });

  it('says nothing where the field stands in no safe state, keeps none, or does not say', () => {
    for (const [demand, row] of [
      ['none', 8],
      ['B', 8],
      ['S', 0],
      ['S', null],
    ] as const) {
      expect(rowsOf(found([], demand, row)), `${demand} ${row}`).toEqual([]);
    }
  });

  it('explains the safe state that the field is found in, and no higher one', () => {
    expect(found([], 'S', 8).state.latches.map(({ source }) => source)).toEqual(['row', 'boot']);
    expect(found([kept(7, { demand: 'H' })], 'S').state.latches.map(({ source }) => source)).toEqual([
      'row',
      'boot',
      'field',
    ]);
  });

  it('is no excuse for a step that the field was found in before anything was asked of it', () => {
    for (const waits of [false, true]) {
      const plant = new Plant({ ...running, 'R201/TT-201A': 95, 'R201/TT-201B': 95, 'R201/TT-202': 95 }, shipped);
      plant.fieldDemand = 'H';
      if (waits) {
        plant.set({ 'G900/AT-905A': null }, badWaitingForInitialData).run(1000);
        plant.set({ 'G900/AT-905A': 0.01 });
      }
      plant.lose('G900/LSH-908A', 'G900/LSH-908B').step();
      expect(plant.state.latches.map(({ source, row }) => row ?? source)).toEqual(['boot', 8, 'field']);
    }
  });

  it('is a row in which the field acts by itself, too', () => {
    const plant = found([], 'S', 0, { ...cold, 'G900/PSL-911': true, 'G900/HS-910': true });
    expect(plant.state.latches.map(({ source, row }) => row ?? source)).toEqual(['boot', 21, 25]);
  });

  it('is waited for until the field says its step, and joins what came meanwhile', () => {
    const before = [kept(25, { demand: 'H' }), kept(7, { demand: 'H' })];
    const plant = found(before, null, null, { ...cold, 'G900/PSL-911': true, 'G900/LSH-908A': true });
    plant.run(11_000);
    expect(plant.state.latches.find(({ row }) => row === 25)).toMatchObject({ demand: 'S', stampedBy: 'gateway' });
    plant.fieldDemand = 'S';
    plant.firstOutRow = 25;
    plant.step();
    const [first] = plant.state.latches;
    expect(first).toMatchObject({ row: 25, title: 'Title of 25', message: 'Message of 25.', demand: 'S', scan: 0 });
    expect(first?.awaySince).toBeNull();
    expect(plant.state.latches.map(({ source, row }) => row ?? source)).toEqual([25, 7, 'boot', 8]);
    expect(plant.state.kept).toBeNull();
  });

  it('is asked of no field on a skid without a field controller', () => {
    const { skid, state, rig } = withoutField();
    const held = adopt(state, [kept(1, { demand: 'B' })]);
    const done = step(skid, held, { ...rig.scan(), fieldDemand: null });
    expect(done.state.kept).toBeNull();
    expect(done.state.latches).toMatchObject([{ row: 1, demand: 'B' }, { source: 'boot' }]);
    const later = step(skid, done.state, { ...rig.scan(), fieldDemand: 'H' });
    expect(later.state.latches).toHaveLength(2);
  });
});

describe('boot', () => {
  it('says whether it found the skid hot', () => {
    const plant = found([], 'none');
    expect(plant.told('interlock-booted')).toMatchObject([
      {
        title: 'Start of the service',
        message: 'The service started; someone has to inspect the skid and reset.',
        demand: 'B',
        row: null,
      },
    ]);
    expect(plant.state.latches[0]).toMatchObject({
      measures: [],
      stampedBy: 'gateway',
      scan: 2,
      at: plant.utc() - 100,
      awaySince: 0,
    });
    const hot = found([], 'none', 0, running);
    expect(hot.told('interlock-booted')).toMatchObject([
      { message: 'The service started and the skid is hot, or its temperature is not known.', demand: 'H' },
    ]);
  });

  it('that was cold and becomes hot keeps its time and its place, and counts its 60 s anew', () => {
    const plant = found([], 'none');
    plant.run(5000);
    const [before] = plant.state.latches;
    plant.set({ 'R201/TT-202': 95 });
    const now = plant.now;
    plant.step();
    expect(plant.state.latches[0]).toMatchObject({
      source: 'boot',
      demand: 'H',
      at: before!.at,
      scan: before!.scan,
      stampedBy: 'gateway',
      awaySince: now,
    });
  });

  it('is told once to stand against a reset no longer, at the moment when it has been away long enough', () => {
    const plant = found([], 'none');
    const since = plant.state.latches[0]!.awaySince!;
    while (plant.now < since + 60_000) plant.step();
    expect(plant.told('interlock-cleared')).toEqual([]);
    plant.step();
    expect(plant.told('interlock-cleared')).toMatchObject([
      {
        title: 'Start of the service',
        message:
          'The cause has been away for 60 s; it stands against a reset no longer. It was: The service started; someone has to inspect the skid and reset.',
        demand: 'B',
      },
    ]);
    const { latches } = plant.state;
    plant.run(1000);
    expect(plant.told('interlock-cleared')).toHaveLength(1);
    expect(plant.state.latches).toBe(latches);
  });

  it('counts its 60 s from where the process clock is set back to', () => {
    const plant = found([], 'none');
    plant.run(30_000);
    plant.now = 10;
    plant.step();
    expect(plant.state.latches[0]?.awaySince).toBe(0);
    const late = found([], 'none');
    late.now = 40_000;
    late.state = {
      ...late.state,
      latches: late.state.latches.map((latch) => ({ ...latch, awaySince: late.scan().process })),
    };
    late.now = 10;
    late.step();
    expect(late.state.latches[0]?.awaySince).toBe(10);
  });
});

describe('a latched row', () => {
  const widening: SkidType = {
    ...shipped,
    interlocks: shipped.interlocks.map((row) => {
      const [first] = row.trip;
      if (row.row !== 19 || first === undefined) return row;
      const trip = [
        { ...first, action: 'S', measures: ['divert waste'] } as const,
        { ...first, action: 'S', for: milliseconds(20_000), measures: ['block acid'] } as const,
      ];
      return { ...row, warn: null, action: 'S', trip };
    }),
  };

  it('takes up what it asks for beside its demand, and is not timed anew for that', () => {
    const plant = new Plant(cold, widening).released().set({ 'X300/AT-305A': 9 });
    plant.run(10_200);
    const [before] = plant.state.latches;
    expect(before).toMatchObject({ row: 19, demand: 'S', measures: ['divert waste'] });
    expect(plant.state.pending).toHaveLength(1);
    plant.run(10_000);
    expect(plant.state.latches).toMatchObject([
      { row: 19, demand: 'S', measures: ['block acid', 'divert waste'], at: before!.at, scan: before!.scan },
    ]);
    expect(plant.verdict.measures).toEqual(['block acid', 'divert waste']);
    expect(plant.state.pending).toHaveLength(1);
    expect(plant.told('interlock-tripped')).toHaveLength(2);
    plant.run(5000);
    expect(plant.told('interlock-tripped')).toHaveLength(2);
    plant.set(cold).run(1000);
    expect(plant.verdict.measures).toEqual(['block acid', 'divert waste']);
  });

  it('names no stimulus of another row that is being proven', () => {
    const plant = new Plant(cold, shipped).released();
    const request = { row: 7, channel: 0, asFound: '-', asLeft: '-' };
    const begun = admitProofTest(plant.skid, plant.state, plant.scan(), request, twoPeople);
    expect(begun.refusedBy).toEqual([]);
    plant.state = begun.state;
    plant.set({ 'G900/PSL-911': true }).step();
    expect(plant.state.latches[0]?.message).toMatch(/^percent\(G900\/PSL-911\)/u);
    expect(plant.told('interlock-tripped')).toMatchObject([{ row: 25 }]);
  });
});

describe('the field that went to a safe state by itself', () => {
  it('is a cause of its own, away at once, told once, and cleared after 60 s', () => {
    const plant = new Plant(cold, shipped).released();
    plant.fieldDemand = 'H';
    const now = plant.now;
    plant.step();
    expect(plant.state.latches).toMatchObject([
      { source: 'field', row: null, title: 'Field controller', demand: 'H', measures: [], awaySince: now },
    ]);
    plant.fieldDemand = 'none';
    plant.scanMs = 1000;
    plant.run(62_000);
    expect(plant.told('interlock-tripped')).toHaveLength(1);
    expect(plant.told('interlock-cleared')).toMatchObject([{ title: 'Field controller', demand: 'H' }]);
    expect(plant.reset()).toEqual([]);
  });
});

describe('how long a cause must have been away', () => {
  it('is the row’s own time, and 60 s of everything else', () => {
    const { skid } = new Plant(cold, shipped);
    const rows = skid.rows.map((row) =>
      row.definition.row === 7
        ? { ...row, definition: { ...row.definition, reset: { ...row.definition.reset, away: 5000 as never } } }
        : row,
    );
    const other = { ...skid, rows };
    expect(awayOf(other, { source: 'row', row: 7 })).toBe(5000);
    expect(awayOf(other, { source: 'row', row: 8 })).toBe(60_000);
    expect(awayOf(other, { source: 'row', row: 99 })).toBe(60_000);
    expect(awayOf(other, { source: 'boot', row: 7 })).toBe(60_000);
  });
});
