/** One row at one scan, whole: what it remembers, who votes, what it asks for, and that nothing else of it has changed. */
import { describe, expect, it } from 'vitest';
import { prepareSkid, type PreparedRow } from '../../../../control/interlocks/prepare.ts';
import {
  initialRowState,
  noWork,
  stepRow,
  withMeasures,
  type RowScan,
  type RowState,
  type RowWork,
} from '../../../../control/interlocks/step-row.ts';
import { processTime, utcMs } from '../../../../plant/clock.ts';
import type { Evaluated } from '../../../../plant/expression.ts';
import { bad, badSensorFailure, good, type Quality } from '../../../../plant/quality.ts';
import type { TagValue } from '../../../../plant/sample.ts';
import type { InterlockDefinition, SkidType } from '../../../../plant/skid/definition.ts';
import { skidOf } from '../support/plant.ts';
import { shipped } from '../support/whole.ts';

type Said = TagValue | readonly [value: TagValue, quality: Quality];
type Seen = Readonly<{
  tags?: Readonly<Record<string, Said>> | undefined;
  sources?: Readonly<Record<string, number>>;
  process?: number;
  hot?: boolean;
  changeover?: boolean;
}>;

const rowOf = (
  row: number,
  change: (one: InterlockDefinition) => Partial<InterlockDefinition> = () => ({}),
): PreparedRow => {
  const interlocks = shipped.interlocks.map((one) => (one.row === row ? { ...one, ...change(one) } : one));
  const type: SkidType = { ...shipped, interlocks };
  return prepareSkid(skidOf(type)).rows.find(({ definition }) => definition.row === row)!;
};

const scanOf = ({ tags = {}, sources = {}, process = 1000, hot = false, changeover = false }: Seen): RowScan => ({
  utc: utcMs(900_000 + process),
  process: processTime(process),
  lookup: (tag): Evaluated => {
    const said = tags[tag];
    if (said === undefined) return { value: null, quality: bad };
    const [value, quality] = Array.isArray(said) ? (said as [TagValue, Quality]) : [said as TagValue, good];
    return { value, quality };
  },
  sourceTime: (tag) => utcMs(sources[tag] ?? 1),
  hot,
  changeover,
});

const look = (row: PreparedRow, seen: Seen, before = initialRowState(row), work: RowWork = noWork): RowState =>
  stepRow(row, before, scanOf(seen), work);

const gas = (a: Said, b: Said): Seen['tags'] => ({ 'G900/AT-903A': a, 'G900/AT-903B': b });
const seven = (): PreparedRow => rowOf(7);

describe('a row before its first scan', () => {
  it('remembers nothing, and is armed where nothing arms it', () => {
    const quiet = {
      reference: { value: null, following: false },
      rates: [],
      delays: [null],
      warnDelay: null,
      warned: false,
      tripping: false,
      vote: null,
      tripped: false,
      blind: false,
      lost: 0,
      bypassedVotes: false,
      staleTags: [],
      demand: 'none',
      measures: [],
      awaySince: null,
    };
    expect(initialRowState(seven())).toEqual({ ...quiet, armed: true });
    expect(initialRowState(rowOf(11))).toEqual({ ...quiet, armed: false });
    expect(initialRowState(rowOf(13))).toEqual({ ...quiet, armed: true, rates: [null, null, null] });
    expect(initialRowState(seven()).delays[0]).toBeNull();
    expect(initialRowState(rowOf(13)).rates[0]).toBeNull();
    expect(noWork).toEqual({ bypassed: null, stimulus: null });
  });
});

describe('a row', () => {
  const quietRow = (): RowState => look(seven(), { tags: gas(0, 0) });

  it('is the very same while it sees the same, and another as soon as one thing of it is', () => {
    const quiet = quietRow();
    expect(look(seven(), { tags: gas(0, 0), process: 2000 }, quiet)).toBe(quiet);
    const changes: Partial<RowState>[] = [
      { armed: false },
      { warned: true },
      { tripping: true },
      { tripped: true },
      { blind: true },
      { lost: 2 },
      { bypassedVotes: true },
      { demand: 'S' },
      { measures: ['block acid'] },
      { vote: { at: utcMs(1), sourceAt: utcMs(1) } },
    ];
    for (const change of changes) {
      const before = { ...quiet, ...change };
      const after = look(seven(), { tags: gas(0, 0), process: 2000 }, before);
      expect(after, JSON.stringify(change)).toEqual({ ...quiet, awaySince: quiet.awaySince });
      expect(after).not.toBe(before);
    }
  });

  it('trips on the vote of the channels that are left, once that has stood its time', () => {
    const quiet = quietRow();
    const voting = look(
      seven(),
      { tags: gas(26, 0), process: 2000, sources: { 'G900/AT-903A': 70, 'G900/AT-903B': 90 } },
      quiet,
    );
    expect(voting).toMatchObject({
      tripping: true,
      tripped: false,
      demand: 'none',
      vote: { at: 902_000, sourceAt: 70 },
      awaySince: null,
      lost: 0,
      blind: false,
    });
    const tripped = look(seven(), { tags: gas(26, 0), process: 7000 }, voting);
    expect(tripped).toMatchObject({ tripped: true, demand: 'S', vote: voting.vote });
    expect(look(seven(), { tags: gas(0, 0), process: 8000 }, tripped)).toMatchObject({
      tripping: false,
      tripped: false,
      demand: 'none',
      vote: null,
      awaySince: 8000,
    });
  });

  it('goes by the newest sample of the channels that voted, whichever of its tags that was', () => {
    const both = (a: number, b: number): RowState['vote'] =>
      look(seven(), { tags: gas(26, 26), sources: { 'G900/AT-903A': a, 'G900/AT-903B': b } }).vote;
    expect(both(70, 90)?.sourceAt).toBe(90);
    expect(both(90, 70)?.sourceAt).toBe(90);
  });

  it('takes no votes into the time of one trip from another that does not stand', () => {
    const three = rowOf(5, ({ trip: [one] }) => ({
      trip: [one!, { ...one!, when: rowOf(7).definition.trip[0]!.when }],
    }));
    const tags = { 'G900/AT-901A': 6, 'G900/AT-901B': 26, 'G900/AT-901C': 0 };
    const sources = { 'G900/AT-901A': 50, 'G900/AT-901B': 80, 'G900/AT-901C': 99 };
    expect(look(three, { tags, sources }).vote).toEqual({ at: 901_000, sourceAt: 80 });
  });

  it('begins its time away anew where the process clock is set back, and not at the same moment', () => {
    const quiet = quietRow();
    expect(look(seven(), { tags: gas(0, 0), process: 10 }, quiet).awaySince).toBe(10);
    expect(look(seven(), { tags: gas(0, 0), process: 1000 }, quiet)).toBe(quiet);
  });

  it('lost bit for bit says which channels cannot vote, armed or not, be they Good and without a value', () => {
    expect(look(seven(), { tags: gas([0, bad], 0) })).toMatchObject({ lost: 1, blind: false });
    expect(look(seven(), { tags: gas(0, null) })).toMatchObject({ lost: 2, blind: false });
    expect(look(seven(), { tags: gas([0, bad], null) })).toMatchObject({ lost: 3, blind: true, demand: 'B' });
    const eleven = rowOf(11);
    const tags = { 'R201/TT-201A': 25, 'R201/TT-201B': 25, 'R201/TT-202': 25, 'R201/T.max': 25 };
    const cold = look(eleven, { tags: { ...tags, 'R201/PT-201A': 0, 'R201/PT-201B': [0, badSensorFailure] } });
    expect(cold).toMatchObject({ armed: false, lost: 2, tripping: false, blind: false });
    const warned = rowOf(7, () => ({ trip: [] }));
    expect(look(warned, { tags: gas([0, bad], 0) }).lost).toBe(1);
  });

  it('that nothing is left for asks for HOT-HOLD, a blocked start or S, and never for less than was measured', () => {
    const blind = gas([0, bad], [0, bad]);
    expect(look(seven(), { tags: blind, hot: true }).demand).toBe('H');
    expect(look(seven(), { tags: blind }).demand).toBe('B');
    const six = rowOf(6);
    const gone = { 'G900/AT-902A': [0, bad], 'G900/AT-902B': [0, bad] } as const;
    for (const hot of [false, true]) expect(look(six, { tags: gone, hot }).demand).toBe('S');
    const lingering = rowOf(7, ({ trip: [one] }) => ({ trip: [{ ...one!, for: 0 as never, off: 5000 as never }] }));
    const acting = look(lingering, { tags: gas(26, 26) });
    expect(acting.demand).toBe('S');
    expect(look(lingering, { tags: blind, hot: true, process: 1100 }, acting)).toMatchObject({
      blind: true,
      tripped: true,
      tripping: true,
      demand: 'S',
      awaySince: null,
    });
  });

  it('goes on tripping for its off-delay, without a vote', () => {
    const lingering = rowOf(7, ({ trip: [one] }) => ({ trip: [{ ...one!, for: 0 as never, off: 5000 as never }] }));
    const acting = look(lingering, { tags: gas(26, 0) });
    const after = look(lingering, { tags: gas(0, 0), process: 2000 }, acting);
    expect(after).toMatchObject({ tripping: true, tripped: true, demand: 'S', vote: acting.vote, awaySince: null });
  });

  it('takes no word of a condition that is no yes or no', () => {
    const odd = rowOf(7, ({ trip: [one] }) => ({
      trip: [{ ...one!, when: { ...one!.when, root: { kind: 'name', name: 'value' } as never } }],
    }));
    expect(look(odd, { tags: gas(26, 26) })).toMatchObject({ lost: 3, blind: true, tripping: false });
  });
});

describe('a row of two of two', () => {
  it('does not trip on one, nor on none', () => {
    const both = rowOf(7, () => ({ vote: '2oo2' }));
    expect(look(both, { tags: gas(26, 0) }).tripping).toBe(false);
    expect(look(both, { tags: gas(26, 26) }).tripping).toBe(true);
    expect(look(both, { tags: gas(26, [0, bad]) }).tripping).toBe(true);
    expect(look(both, { tags: gas([0, bad], [0, bad]) })).toMatchObject({ tripping: false, blind: true });
  });
});

describe('a bypassed channel', () => {
  const bypassed: RowWork = { bypassed: 0, stimulus: null };

  it('neither votes nor is missed, and says whether it would vote', () => {
    expect(look(seven(), { tags: gas(26, 0) }, undefined, bypassed)).toMatchObject({
      tripping: false,
      bypassedVotes: true,
      lost: 0,
    });
    expect(look(seven(), { tags: gas([26, bad], 0) }, undefined, bypassed)).toMatchObject({
      bypassedVotes: false,
      lost: 0,
    });
    expect(look(seven(), { tags: gas(0, 26) }, undefined, bypassed).tripping).toBe(true);
  });

  it('leaves nothing to be blind where it was the only one, and does where it was not', () => {
    expect(look(seven(), { tags: gas(0, [0, bad]) }, undefined, bypassed)).toMatchObject({ blind: true, lost: 2 });
    expect(look(rowOf(3), { tags: { 'G900/AT-905A': [0, bad] } }, undefined, bypassed)).toMatchObject({
      blind: false,
      lost: 0,
    });
  });
});

describe('a stimulus', () => {
  const five = (): PreparedRow => rowOf(5);
  const tags = { 'G900/AT-901A': 0, 'G900/AT-901B': 0, 'G900/AT-901C': 0 };
  const at = (from: number, count: number, value = 6): RowWork => ({
    bypassed: null,
    stimulus: { from, count, value },
  });

  it('votes for as many channels as it stands on, from its own on and round to the first', () => {
    for (const from of [0, 1, 2]) {
      expect(look(five(), { tags }, undefined, at(from, 2)).tripping, String(from)).toBe(true);
      expect(look(five(), { tags }, undefined, at(from, 1)).tripping, String(from)).toBe(false);
      expect(look(five(), { tags }, undefined, at(from, 2, 4)).tripping, String(from)).toBe(false);
    }
  });

  it('stands on just these: a real vote counts beside it, and not twice', () => {
    const beside = (tag: string, work: RowWork): boolean =>
      look(five(), { tags: { ...tags, [tag]: 6 } }, undefined, work).tripping;
    expect(beside('G900/AT-901A', at(0, 1))).toBe(false);
    expect(beside('G900/AT-901B', at(0, 1))).toBe(true);
    expect(beside('G900/AT-901C', at(0, 1))).toBe(true);
    expect(beside('G900/AT-901B', at(1, 1))).toBe(false);
    expect(beside('G900/AT-901A', at(1, 1))).toBe(true);
    expect(beside('G900/AT-901C', at(2, 1))).toBe(false);
    expect(beside('G900/AT-901A', at(2, 1))).toBe(true);
  });

  it('came with the scan, and has no sample of its own', () => {
    expect(look(five(), { tags }, undefined, at(0, 2)).vote).toEqual({ at: 901_000, sourceAt: 901_000 });
  });

  it('stands for no mode that the skid is not in', () => {
    const twenty = rowOf(20);
    const doors = {
      'G900/ZS-909A': false,
      'G900/ZS-909B': false,
      'R201/T.max': 25,
      'R201/P.min': 0,
    };
    const pushed = at(0, 1, 100);
    const running = look(twenty, { tags: doors }, undefined, pushed);
    expect(running.delays.map((delay) => delay !== null)).toEqual([true, false]);
    const changed = look(twenty, { tags: doors, changeover: true }, undefined, pushed);
    expect(changed.delays.map((delay) => delay !== null)).toEqual([false, true]);
    const hot = look(twenty, { tags: { ...doors, 'R201/T.max': 95 }, changeover: true }, undefined, pushed);
    expect(hot.delays.map((delay) => delay !== null)).toEqual([true, true]);
  });
});

describe('arming', () => {
  it('of a mode alone leaves out what the skid is not in: not even its losses count', () => {
    const twentyFour = rowOf(24);
    expect(look(twentyFour, { tags: {} })).toMatchObject({ armed: false, lost: 0, blind: false, demand: 'none' });
    expect(look(twentyFour, { tags: {}, changeover: true })).toMatchObject({
      armed: true,
      lost: 3,
      blind: true,
      demand: 'S',
    });
  });

  it('in doubt counts as armed, of a row and of a trip', () => {
    const eleven = rowOf(11);
    const cold = { 'R201/T.max': 25, 'R201/TT-201A': 25, 'R201/TT-201B': 25 };
    const pressures = { 'R201/PT-201A': -0.9, 'R201/PT-201B': -0.9 };
    expect(look(eleven, { tags: { ...cold, ...pressures, 'R201/TT-202': [25, bad] } })).toMatchObject({
      armed: true,
      tripping: true,
    });
    expect(look(eleven, { tags: { ...cold, ...pressures, 'R201/TT-202': 25 } })).toMatchObject({
      armed: false,
      tripping: false,
    });
  });
});

describe('a trip with an arming of its own', () => {
  const onlyHot = (): PreparedRow =>
    rowOf(7, ({ trip: [one] }) => ({ trip: [{ ...one!, for: 0 as never, armed: rowOf(11).definition.armed }] }));
  const high = { ...gas(26, 26), 'R201/T.max': 25, 'R201/TT-201A': 25, 'R201/TT-201B': 25, 'R201/TT-202': 25 };

  it('does not vote while it is not armed, does as soon as it is, and is armed in doubt', () => {
    expect(look(onlyHot(), { tags: high })).toMatchObject({ tripping: false, demand: 'none', armed: true, lost: 0 });
    expect(look(onlyHot(), { tags: { ...high, 'R201/T.max': 120, 'R201/TT-202': 120 } }).demand).toBe('S');
    const unknown = { 'R201/T.max': [25, bad], 'R201/TT-202': [25, bad] } as const;
    expect(look(onlyHot(), { tags: { ...high, ...unknown } }).demand).toBe('S');
  });

  it('votes on a stimulus, be it armed or not', () => {
    const work: RowWork = { bypassed: null, stimulus: { from: 0, count: 1, value: 30 } };
    const quiet = { ...high, ...gas(0, 0) };
    expect(look(onlyHot(), { tags: quiet }, undefined, work).demand).toBe('S');
  });
});

describe('what is compared with a reference', () => {
  const set = { 'R201/TIC-201.SP': 110, 'R201/TIC-201.WSP': 110, 'R201/heater.run': true };
  const seen = (celsius: number) => ({ ...set, 'R201/TT-202': celsius, 'R201/T.max': celsius });

  it('waits until there is one, the warning too, and forgets what it had begun', () => {
    const row = rowOf(12);
    const acting = { since: processTime(0), seen: processTime(0), acts: true };
    const before = { ...initialRowState(row), delays: [acting, null], warnDelay: acting };
    expect(look(row, { tags: seen(150) }, before)).toMatchObject({
      delays: [null, null],
      warnDelay: null,
      warned: false,
    });
    const reached = look(row, { tags: seen(110) });
    expect(reached.reference).toEqual({ value: 110, following: true });
    const beyond = look(row, { tags: seen(121), process: 2000 }, reached);
    expect([beyond.delays[0] !== null, beyond.delays[1] ?? null, beyond.warnDelay !== null]).toEqual([
      true,
      null,
      true,
    ]);
    const near = look(row, { tags: seen(116), process: 2000 }, reached);
    expect([near.delays[0] ?? null, near.warnDelay !== null]).toEqual([null, true]);
  });
});

describe('a warning', () => {
  it('acts in its own time, holds its measures, and asks for nothing', () => {
    const nineteen = rowOf(19);
    const ph = (a: Said, b: Said): Seen['tags'] => ({ 'X300/AT-305A': a, 'X300/AT-305B': b });
    const first = look(nineteen, { tags: ph(9.8, 10.5) });
    expect(first).toMatchObject({ warned: false, measures: [], tripping: false, awaySince: 1000 });
    const warned = look(nineteen, { tags: ph(9.8, 10.5), process: 11_000 }, first);
    expect(warned).toMatchObject({ warned: true, measures: ['block acid'], demand: 'none', awaySince: 1000 });
    const on = look(nineteen, { tags: ph(9.8, 10.5), process: 12_000 }, warned);
    expect(on.measures).toBe(warned.measures);
    expect(look(nineteen, { tags: ph(10.5, 10.5), process: 13_000 }, on)).toMatchObject({
      warned: false,
      measures: [],
    });
    const doubtful = look(nineteen, { tags: ph([9.8, bad], 10.5), process: 5000 }, first);
    expect(doubtful.warnDelay).toBe(first.warnDelay);
    expect(look(nineteen, { tags: ph(10.5, 10.5), process: 5000 }, first).warnDelay).toBeNull();
    const without = rowOf(7);
    const up = look(without, { tags: gas(15, 0) });
    expect(look(without, { tags: gas(15, 0), process: 6000 }, up)).toMatchObject({ warned: true, measures: [] });
  });

  it('of a deviation waits for its reference', () => {
    const twelve = rowOf(12);
    const off = {
      'R201/TT-202': 25,
      'R201/T.max': 25,
      'R201/TIC-201.SP': 0,
      'R201/TIC-201.WSP': 0,
      'R201/heater.run': false,
    };
    expect(look(twelve, { tags: off })).toMatchObject({ warnDelay: null, delays: [null, null], lost: 0, blind: false });
  });
});

describe('the row that watches the data', () => {
  const names = ['X300/FQ-301', 'R201/TT-202'];
  const watching = (): PreparedRow => rowOf(22, () => ({ stale: names as never }));
  const see = (lost: readonly string[], process: number, before?: RowState): RowState =>
    look(
      watching(),
      { tags: Object.fromEntries(names.map((name) => [name, lost.includes(name) ? [1, bad] : 1])), process },
      before,
    );

  it('keeps which tags are not Good, and since when all of them are', () => {
    const well = see([], 1000);
    expect(well).toEqual({ ...initialRowState(watching()), armed: true, awaySince: 1000 });
    expect(see([], 2000, well)).toBe(well);
    const one = see(['X300/FQ-301'], 3000, well);
    expect(one).toMatchObject({ staleTags: ['X300/FQ-301'], awaySince: null });
    expect(see(['X300/FQ-301'], 4000, one)).toBe(one);
    expect(see(['R201/TT-202'], 5000, one)).toMatchObject({ staleTags: ['R201/TT-202'] });
    expect(see(names, 5000, one)).toMatchObject({ staleTags: names });
    expect(see([], 6000, one)).toMatchObject({ staleTags: [], awaySince: 6000 });
    expect(see([], 10, well)).toMatchObject({ awaySince: 10 });
  });
});

describe('a rate', () => {
  it('takes no number from a channel that is not Good, nor from a switch', () => {
    const thirteen = rowOf(13);
    const tags = (a: Said): Seen['tags'] => ({ 'R201/TT-201A': a, 'R201/TT-201B': 25, 'R201/TT-202': 25 });
    const first = look(thirteen, { tags: tags(25) });
    for (const said of [
      [90, bad],
      [true, good],
    ] as const) {
      const next = look(thirteen, { tags: tags(said), process: 2000, sources: { 'R201/TT-201A': 7 } }, first);
      expect(next.rates[0]).toBe(first.rates[0]);
    }
    const moved = look(thirteen, { tags: tags(30), process: 2000, sources: { 'R201/TT-201A': 7 } }, first);
    expect(moved.rates[0]).toMatchObject({ value: 30, perSecond: 5 });
  });
});

describe('measures', () => {
  it('are each named once, in one order, and the very same where nothing comes to them', () => {
    const some = ['divert waste'] as const;
    expect(withMeasures(some, [])).toBe(some);
    expect(withMeasures(some, ['divert waste'])).toBe(some);
    expect(withMeasures(some, ['block acid'])).toEqual(['block acid', 'divert waste']);
    expect(withMeasures(some, ['divert waste', 'block acid'])).toEqual(['block acid', 'divert waste']);
    expect(withMeasures([], ['block acid'])).toEqual(['block acid']);
  });

  it('of a row are told apart by what they are, not by how many', () => {
    const both = rowOf(19, ({ trip: [one] }) => ({
      warn: null,
      trip: [{ ...one!, for: 0 as never, measures: ['block acid'] }],
    }));
    const tags = { 'X300/AT-305A': 9, 'X300/AT-305B': 10.5 };
    const before = { ...look(both, { tags }), measures: ['divert waste'] as const };
    expect(look(both, { tags, process: 2000 }, before).measures).toEqual(['block acid']);
  });
});
