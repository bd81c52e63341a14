import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import type { Evaluated } from '../../../plant/expression.ts';
import { badSensorFailure, good } from '../../../plant/quality.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { cleanDropBar } from '../../../twin/skid/hydraulics.ts';
import { loadParameters } from '../../../twin/skid/parameters-file.ts';

const line = loadSkidType(join(shippedSkidFolder, 'cdse.yaml'));
const rig = loadSkidType(join(shippedSkidFolder, 'rig.yaml'));

/** All tags of the line, the derived ones evaluated in the order of the list, from what the field says. */
function scan(field: Readonly<Record<string, Evaluated['value']>>): ReadonlyMap<string, Evaluated> {
  const seen = new Map<string, Evaluated>();
  for (const { name, source } of line.tags) {
    seen.set(
      name,
      source.kind === 'derived'
        ? evaluate(source.expression.root, (tag) => seen.get(tag)!)
        : {
            value: field[name] ?? 0,
            quality: name === 'R201/PT-201B' && field[name] === null ? badSensorFailure : good,
          },
    );
  }
  return seen;
}

const running = {
  'F100/FT-101': 20,
  'F100/FT-102': 20,
  'F100/FT-103': 19,
  'R201/TT-201A': 160,
  'R201/TT-201B': 159,
  'R201/PT-201A': 8,
  'R201/PT-201B': 8.2,
  'F100/PT-110': 8.6,
};

describe('the CdSe line', () => {
  it('knows its margin to boiling, its residence time, its ratios and its resistance in their units', () => {
    const seen = scan(running);
    const value = (tag: string): number => seen.get(tag)!.value as number;
    expect(value('R201/boilingMargin')).toBeCloseTo(8 + 1.013 - 6.181, 3);
    expect(value('R201/tau')).toBeCloseTo((60 * 60 * (907.451 / 996.999)) / 59, 3);
    expect(value('F100/ratio.ligand')).toBeCloseTo(95, 9);
    expect(value('R201/resistance')).toBeCloseTo(0.6 / 59, 9);
  });

  it('never reads less of its margin than is sure: a Bad pressure makes it Bad', () => {
    const seen = scan({ ...running, 'R201/PT-201B': null });
    expect(seen.get('R201/boilingMargin')!.quality).toBe(badSensorFailure);
    expect(seen.get('R201/tau')!.quality).toBe(good);
  });

  it('trips row 11 where water would boil within half a bar, five degrees further', () => {
    const when = line.interlocks.find(({ row }) => row === 11)!.trip[0]!.when;
    const seen = scan(running);
    const at = (barG: number) =>
      evaluate(when.root, (tag) => seen.get(tag)!, { value: { value: barG, quality: good } }).value;
    expect(at(7.018 + 0.5 - 1.013 + 0.05)).toBe(false);
    expect(at(6.9 + 0.5 - 1.013 - 0.05)).toBe(true);
  });

  it('has a flow resistance against clean that no ramp and no flow of water moves', () => {
    const twin = loadParameters(fileURLToPath(new URL('../../../twin/parameters/cdse.yaml', import.meta.url)));
    const clean = line.tags.find(({ name }) => name === 'R201/R0')!.source;
    if (clean.kind !== 'given') throw new Error('R0 is no figure');
    for (const [flow, celsius] of [
      [20, 25],
      [60, 40],
      [72, 100],
      [40, 160],
      [80, 185],
    ] as const) {
      const seen = scan({
        ...running,
        'F100/FT-101': flow,
        'F100/FT-102': 0,
        'F100/FT-103': 0,
        'R201/TT-201A': celsius,
        'R201/TT-201B': celsius,
        'F100/PT-110': 8 + cleanDropBar(twin, flow, celsius),
        'R201/R0': clean.value,
      });
      expect((seen.get('R201/fouling')!.value as number) / 100).toBeCloseTo(1, 2);
    }
  });

  it('knows that hot water comes to the regulator when the cooling stops, before it is there', () => {
    const before = (cooling: boolean) =>
      scan({ ...running, 'R201/cooling.run': cooling }).get('R201/TY-205')!.value as number;
    expect(before(true)).toBe(25);
    expect(before(false)).toBe(160);
  });
});

/** §2 of the matrix, as thresholds, delays, votes and actions: warn / trips, each with its delay in seconds. */
const matrix: Readonly<
  Record<number, readonly [vote: string, action: string, warn: string | null, ...trips: string[]]>
> = {
  1: ['1oo2', 'H', 'value < 0.4 m/s, 10', 'value < 0.3 m/s, 5 H'],
  2: ['1oo2', 'H', 'value > -10 Pa, 15', 'value > -5 Pa, 5 H'],
  3: ['1oo1', 'A', null, 'value > 0.1 mg/m³, 60 A'],
  4: ['1oo2', 'H', null, 'value > 1 mg/m³, 15 H'],
  5: ['2oo3', 'E', 'value > 1 ppm, 5', 'value > 5 ppm, 5 E'],
  6: ['1oo2', 'E', 'value > 0.02 ppm, 5', 'value > 0.05 ppm, 5 E'],
  7: ['1oo2', 'S', 'value > 10 %, 5', 'value > 25 %, 5 S'],
  8: ['1oo2', 'S', null, 'value > 50 %, 2 S'],
  9: ['2oo3', 'S', null, 'value > 16.2 bar(g), 0.5 S'],
  10: ['1oo1', 'H', 'value > 150 %, 60', 'value > 250 %, 60 H'],
  11: ['1oo2', 'H', null, 'value + 1.013 bar < psat(R201/T.max + 5 °C) + 0.5 bar, 2 H'],
  12: ['1oo2', 'S', 'value > reference + 5 °C, 5', 'value > reference + 10 °C, 1 S', 'value > 195 °C, 1 S'],
  13: ['1oo3', 'H', null, 'rate > 10 K/s or rate < -10 K/s, 0 H'],
  14: ['1oo2', 'H', null, 'value < 70 %, 3 H'],
  15: ['1oo2', 'H', 'value > 60 °C, 5', 'value > 80 °C, 2 H'],
  16: ['1oo2', 'S', 'value > 80 %, 5', 'value > 90 %, 5 B divert waste', 'value >= 95 %, 5 S'],
  17: ['1oo2', 'Hcd', null, 'value < 85 %, 2 Hcd'],
  18: ['1oo2', 'H', 'value < 10, 10', 'value < 9.5, 10 H'],
  19: ['1oo2', 'B', 'value < 10, 10 block acid', 'value < 9.5, 10 B block acid divert waste'],
  20: [
    '1oo2',
    'S',
    null,
    'value > 50 %, 0.5 S while not changeover or R201/T.max >= 90 °C or R201/P.min >= 0.5 bar(g)',
    'value > 50 %, 0.5 B while changeover',
  ],
  21: ['1oo1', 'S', null, 'value > 50 %, 0 S'],
  22: ['1oo1', 'H', null],
  23: ['1oo1', 'H', null, 'value > 50 %, 0 H'],
  24: ['1oo2', 'E', null, 'value > 50 %, 5 E'],
  25: ['1oo1', 'S', null, 'value > 50 %, 0 S'],
};

describe('the matrix of the CdSe line', () => {
  const row = (number: number) => line.interlocks.find((each) => each.row === number)!;

  it('has all 25 rows with the votes, thresholds, delays, actions and measures of the cause-and-effect table', () => {
    const said = line.interlocks.map(({ row: number, vote, action, warn, trip }) => [
      String(number),
      [
        vote,
        action,
        warn === null ? null : [`${warn.when.text}, ${warn.for / 1000}`, ...warn.measures].join(' '),
        ...trip.map((each) =>
          [
            `${each.when.text}, ${each.for / 1000} ${each.action}`,
            ...each.measures,
            ...(each.armed === null ? [] : [`while ${each.armed.text}`]),
          ].join(' '),
        ),
      ],
    ]);
    expect(Object.fromEntries(said)).toEqual(matrix);
  });

  it('looks at all times, but for what the table makes a matter of flow, of heat or of changeover', () => {
    const armed = line.interlocks.flatMap(({ row: number, armed: by }) => (by === null ? [] : [[number, by.text]]));
    expect(Object.fromEntries(armed)).toEqual({
      10: 'F100/FQ-100 > 5 mL/min',
      11: 'max(R201/TT-201A, R201/TT-201B, R201/TT-202) > 90 °C',
      14: 'R201/T.max > 90 °C and R201/heater.run',
      17: 'F100/FT-102 > 1 mL/min',
      24: 'changeover',
    });
  });

  it('lets nobody bypass what the table marks so, nor what mirrors the field or watches the data itself', () => {
    const never = line.interlocks.filter(({ bypass }) => bypass === 'never').map(({ row: number }) => number);
    expect(never).toEqual([5, 6, 9, 11, 14, 21, 22, 23, 24, 25]);
    for (const { bypass } of line.interlocks) {
      if (bypass !== 'never') expect([15 * 60_000, 4 * 3_600_000]).toContain(bypass.for);
    }
  });

  it('latches every row but the one that only alarms, and has three that the field acts on itself', () => {
    expect(line.interlocks.filter(({ latch }) => !latch).map(({ row: number }) => number)).toEqual([3]);
    expect(line.interlocks.filter(({ mirrors }) => mirrors).map(({ row: number }) => number)).toEqual([21, 23, 25]);
    expect(line.interlocks.every(({ reset }) => reset.away === 60_000 && reset.inspection)).toBe(true);
  });

  it('names what protects where software comes too late', () => {
    for (const { processSafetyTime, trip, backup, mirrors } of line.interlocks) {
      const slowest = Math.max(0, ...trip.map((each) => each.for));
      if (slowest * 2 > processSafetyTime && !mirrors) expect(backup).not.toBeNull();
    }
    expect(row(9).backup).toMatch(/relief/u);
  });

  it('calls for a flush before the reactor blocks, and looks for that only where something flows', () => {
    expect(row(10)).toMatchObject({ warn: { calls: 'flush' }, armed: { text: 'F100/FQ-100 > 5 mL/min' } });
  });

  it('has a level switch that stands for more than 95 %, and for nothing while it is off', () => {
    const { root } = row(16).channels[1]!;
    const of = (high: boolean) => evaluate(root, () => ({ value: high, quality: good })).value;
    expect([of(true), of(false)]).toEqual([95.5, 0]);
  });

  it('judges the ventilation by either instrument of a channel in changeover alone', () => {
    expect(row(24).armed?.text).toBe('changeover');
    const of = (airMPerS: number, roomPa: number) =>
      evaluate(row(24).channels[0]!.root, (tag) => ({ value: tag.includes('FT') ? airMPerS : roomPa, quality: good }))
        .value;
    expect([of(0.5, -20), of(0.2, -20), of(0.5, -2)]).toEqual([0, 100, 100]);
  });
});

describe('the other lines', () => {
  const rowsOf = (name: string) =>
    loadSkidType(join(shippedSkidFolder, `${name}.yaml`)).interlocks.map(({ row: number }) => number);

  it('have the same rows, but for H2Se where neither selenium nor tellurium comes', () => {
    const all = line.interlocks.map(({ row: number }) => number);
    expect(rowsOf('cds')).toEqual(all.filter((number) => number !== 6));
    for (const name of ['cdte', 'cdse-zns']) expect(rowsOf(name)).toEqual(all);
  });

  it('hold the boiling margin at the hottest reactor, the shell’s too', () => {
    const shell = loadSkidType(join(shippedSkidFolder, 'cdse-zns.yaml')).interlocks.find(
      ({ row: number }) => number === 11,
    )!;
    expect(shell.trip[0]!.when.tags).toContain('R301/TT-301');
    expect(shell.armed!.tags).toContain('R301/TT-301');
  });
});

describe('the rig', () => {
  it('keeps every sample of all eight columns, and asks no field controller for anything', () => {
    expect(rig.tags).toHaveLength(8);
    expect(
      rig.tags.every(
        ({ historyEvery, staleAfter, source }) => historyEvery === 0 && staleAfter === 10_000 && source.kind === 'row',
      ),
    ).toBe(true);
    expect(rig.interlocks.map(({ action }) => action)).toEqual(['B']);
  });
});
