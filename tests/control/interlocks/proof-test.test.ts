/** Proof tests: every row that is proven from here, to its end, and what ends one before. */
import { describe, expect, it } from 'vitest';
import { admitProofTest } from '../../../control/interlocks/proof-stimulus.ts';
import type { GuardEvent } from '../../../control/interlocks/state.ts';
import type { TwoPeople } from '../../../plant/ports/interlock-work.ts';
import { asksField } from '../../../plant/safe-state.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import { cold, type Plant } from './support/plant.ts';
import { coldWhole, hotWhole, shipped, twoPeople } from './support/whole.ts';

function prove(plant: Plant, row: number, channel = 0, people: TwoPeople = twoPeople): readonly string[] {
  const request = { row, channel, asFound: 'As left last time.', asLeft: 'As found.' };
  const { state, events, refusedBy } = admitProofTest(plant.skid, plant.state, plant.scan(), request, people);
  plant.state = state;
  plant.events.push(...events);
  return refusedBy;
}

const inChangeover = (): Plant => {
  const plant = coldWhole();
  plant.state = { ...plant.state, changeover: true };
  plant.step();
  return plant;
};

/** A field that acknowledges in the next scan and follows after `slowMs`; until the test has ended. */
function seeThrough(plant: Plant, slowMs = 0): GuardEvent['proofTest'] {
  plant.scanMs = 100;
  let askedAt: number | null = null;
  for (let i = 0; i < 2000 && plant.state.proof !== null; i++) {
    const { demand } = plant.step();
    if (!asksField(demand)) continue;
    askedAt ??= plant.wall;
    plant.commanded = { demand, at: utcMs(plant.utc()), monotonic: monotonic(plant.wall) };
    if (plant.wall - askedAt >= slowMs) plant.fieldDemand = demand;
  }
  return plant.told('interlock-proof-tested')[0]?.proofTest;
}

const provable = shipped.interlocks.flatMap(({ row, proofTest, channels }) =>
  proofTest === null ? [] : channels.map((_, channel) => [row, channel] as const),
);

describe('a proof test', () => {
  it.each(provable)('of row %i, channel %i, brings the row about at its limit and passes', (row, channel) => {
    const plant = row === 24 ? inChangeover() : coldWhole();
    expect(prove(plant, row, channel)).toEqual([]);
    const test = seeThrough(plant);
    expect(test).toMatchObject({ row, channel, passed: true, asFound: 'As left last time.', asLeft: 'As found.' });
    expect(test).toMatchObject({ tester: 'Olga Operator', witness: 'Pia Process' });
    const definition = shipped.interlocks.find((one) => one.row === row);
    expect(test?.unit).toBe(definition?.channels[channel]?.unit);
    expect(test?.tripValue).not.toBeNull();
    const followed = definition?.action !== 'A' && definition?.action !== 'B';
    expect(test?.responseMs === null).toBe(!followed);
    expect(plant.told('interlock-proof-test-begun')).toHaveLength(1);
    if (followed) expect(plant.state.latches).toMatchObject([{ row, demand: definition?.action }]);
  });

  it.each([
    [7, 25],
    [9, 16.2],
    [18, 9.5],
    [2, -5],
  ])('of row %i steps over its limit, %d, by less than 5 % of the range', (row, limit) => {
    const plant = coldWhole();
    prove(plant, row);
    const { healthy, beyond } = plant.state.proof!;
    const [low, high] = [Math.min(healthy, beyond), Math.max(healthy, beyond)];
    expect(low).toBeLessThan(limit);
    expect(high).toBeGreaterThan(limit);
    const { range } = shipped.tags.find(
      ({ name }) => name === shipped.interlocks.find((one) => one.row === row)!.channels[0]!.text,
    )!;
    expect(high - low).toBeLessThan(0.05 * (range!.high - range!.low));
  });

  it('says in the trip that it was a test, and by what stimulus: the channels read what they did', () => {
    const plant = coldWhole();
    prove(plant, 7);
    seeThrough(plant);
    const [latch] = plant.state.latches;
    expect(latch?.message).toMatch(
      /^In a proof test, with a stimulus of 2\d(\.\d+)? % beside what is read: G900\/AT-903A 0/,
    );
  });

  it('is quiet on the healthy side for the row delay and a second, and says how it was proven', () => {
    const plant = coldWhole();
    prove(plant, 7);
    const said = plant.told('interlock-proof-test-begun')[0]?.message;
    expect(said).toMatch(/^G900\/AT-903A: a stimulus of 22\.6, then 27\.4 %\.$/);
    expect(plant.step().marks).toMatchObject([{ kind: 'proof test', row: 7 }]);
    expect(plant.verdict.marks?.[0]?.message).toMatch(/^Row 7 is being proven by .*Olga.* and .*Pia/);
    plant.run(5900);
    expect(plant.state.proof?.stage).toBe('healthy');
    plant.step();
    expect(plant.state.proof?.stage).toBe('beyond');
    expect(plant.verdict.demand).toBe('none');
    expect(seeThrough(plant)).toMatchObject({ stimulus: '22.6, then 27.4 %', tripValue: 27.4 });
    expect(plant.verdict.marks).toBeUndefined();
    expect(plant.told('interlock-proof-tested')[0]?.message).toBe('Proven: it tripped at 27.4 %.');
    expect(plant.told('interlock-response')).toMatchObject([{ row: 7, response: { test: true, within: true } }]);
  });

  it('arms nothing but its own stimulus: what is real stays disarmed', () => {
    // cold, the pressures lie below what row 11 asks for while hot; as disarmed channels they say nothing
    const plant = coldWhole().set({ 'R201/PT-201A': -0.6 });
    expect(plant.run(5000).demand).toBe('none');
    expect(prove(plant, 11, 1)).toEqual([]);
    plant.run(2900);
    expect(plant.state.proof?.stage).toBe('healthy');
    expect(plant.verdict.demand).toBe('none');
    expect(seeThrough(plant)).toMatchObject({ passed: true });
  });

  it('fails where the field follows too late, or not at all', () => {
    const late = coldWhole();
    prove(late, 25);
    prove(late, 20);
    expect(seeThrough(late, 2700)).toMatchObject({ row: 20, passed: false, tripValue: null });
    expect(late.told('interlock-proof-tested')[0]?.message).toBe(
      'Not proven: The field did not follow within half of the process safety time.',
    );
    const never = coldWhole();
    prove(never, 20);
    expect(seeThrough(never, Infinity)).toMatchObject({ passed: false, responseMs: null });
    expect(never.told('interlock-proof-tested')[0]?.message).toBe('Not proven: The field did not follow.');
  });

  it('of a row with a backup asks the field to follow within 1 s', () => {
    const inTime = coldWhole();
    prove(inTime, 9);
    const passed = seeThrough(inTime, 700);
    expect(passed?.passed).toBe(true);
    expect(passed?.responseMs).toBeGreaterThan(5);
    const late = coldWhole();
    prove(late, 9);
    expect(seeThrough(late, 1100)).toMatchObject({ passed: false });
    expect(late.told('interlock-proof-tested')[0]?.message).toBe('Not proven: The field did not follow within 1 s.');
  });

  it('fails where the row votes on the healthy side', () => {
    const plant = coldWhole();
    prove(plant, 7);
    plant.set({ 'G900/AT-903B': 30 }).step();
    expect(plant.told('interlock-proof-tested')[0]?.message).toBe('Not proven: It voted on the healthy side.');
    expect(plant.state.proof).toBeNull();
    expect(plant.run(6000).demand).toBe('S');
  });

  it('fails where nothing trips beyond the limit', () => {
    const plant = coldWhole();
    prove(plant, 7);
    plant.state = { ...plant.state, proof: { ...plant.state.proof!, beyond: 10 } };
    plant.run(6100);
    expect(plant.state.proof?.stage).toBe('beyond');
    plant.scanMs = 1000;
    plant.run(35_000);
    expect(plant.state.proof).not.toBeNull();
    plant.run(2000);
    expect(plant.told('interlock-proof-tested')[0]?.message).toBe('Not proven: It did not trip beyond its limit.');
  });

  it('ends when a batch comes on, and the stimulus is gone', () => {
    const plant = coldWhole();
    prove(plant, 7);
    plant.run(1000);
    plant.batch = true;
    plant.step();
    expect(plant.told('interlock-proof-tested')).toMatchObject([
      { proofTest: { passed: false }, message: 'Not proven: A batch came onto the skid.' },
    ]);
    expect(plant.run(20_000).demand).toBe('none');
  });

  it('goes on over a process clock that was set back', () => {
    const plant = coldWhole();
    prove(plant, 7);
    plant.run(1000);
    plant.now = 10;
    plant.step();
    expect(plant.state.proof).toMatchObject({ stage: 'healthy', since: 10 });
    expect(seeThrough(plant)).toMatchObject({ passed: true });
  });

  it('takes the trip of the mode it is made in: an open door in changeover blocks a start', () => {
    const plant = inChangeover();
    expect(prove(plant, 20)).toEqual([]);
    expect(plant.state.proof?.trip).toBe(1);
    expect(seeThrough(plant)).toMatchObject({ passed: true, responseMs: null });
    expect(plant.state.latches).toMatchObject([{ row: 20, demand: 'B' }]);
    const other = coldWhole();
    prove(other, 20);
    expect(other.state.proof?.trip).toBe(0);
  });

  it('of the waste tank goes for its highest trip, from where its lower one is quiet too', () => {
    const plant = coldWhole();
    prove(plant, 16);
    expect(plant.state.proof?.trip).toBe(1);
    expect(plant.state.proof!.healthy).toBeLessThan(90);
    expect(plant.state.proof!.beyond).toBeGreaterThan(95);
  });

  it.each<[why: string, plant: () => Plant, row: number, channel: number, said: string]>([
    ['the row is not there', coldWhole, 99, 0, 'There is no row 99 with a channel 0.'],
    ['the channel is not there', coldWhole, 7, 2, 'There is no row 7 with a channel 2.'],
    ['the field proves it', coldWhole, 21, 0, 'Emergency stop is proven in the field, not from here.'],
    ['it looks in changeover alone', coldWhole, 24, 0, 'trips the row now.'],
    ['the skid is not at rest', hotWhole, 7, 0, 'R201/TT-201A is 160 °C.'],
    ['a pump runs', () => coldWhole().set({ 'F100/P101.run': true }), 7, 0, 'F100/P101.run is on: the pump runs.'],
    [
      'its cause is present',
      () => {
        const plant = coldWhole().set({ 'G900/AT-903B': 30 });
        plant.step();
        return plant;
      },
      7,
      0,
      'Its cause is present.',
    ],
    [
      'it warns',
      () => {
        const plant = coldWhole().set({ 'G900/AT-903B': 15 });
        plant.run(5200);
        return plant;
      },
      7,
      0,
      'Its cause is present.',
    ],
    [
      'a channel of it is lost',
      () => {
        const plant = coldWhole().lose('G900/AT-903B');
        plant.step();
        return plant;
      },
      7,
      0,
      'Not all that it stands on is Good.',
    ],
    [
      'something is latched',
      () => {
        const plant = coldWhole().set({ 'G900/LSH-908A': true });
        plant.run(2200);
        return plant.set(cold);
      },
      7,
      0,
      'Something is latched: reset first',
    ],
    [
      'a batch is on the skid',
      () => {
        const plant = inChangeover();
        plant.batch = true;
        return plant;
      },
      7,
      0,
      'A batch is on the skid.',
    ],
    [
      'another is under way',
      () => {
        const plant = coldWhole();
        prove(plant, 9);
        return plant;
      },
      7,
      0,
      'Row 9 is being proven.',
    ],
  ])('is refused where %s', (_, make, row, channel, said) => {
    const plant = make();
    const before = plant.state;
    const refusedBy = prove(plant, row, channel);
    expect(refusedBy).toContainEqual(expect.stringContaining(said));
    expect(plant.state).toBe(before);
  });

  it('is refused on a bypassed row, one that stands on a held input, and to one person alone', () => {
    const plant = coldWhole();
    const bypass = { row: 7 } as (typeof plant.state.bypasses)[number];
    const force = { tag: 'G900/AT-903B' } as (typeof plant.state.forces)[number];
    plant.state = { ...plant.state, bypasses: [bypass] };
    expect(prove(plant, 7)).toEqual(['The row is bypassed.']);
    plant.state = { ...plant.state, bypasses: [], forces: [force] };
    expect(prove(plant, 7)).toEqual(['The row stands on G900/AT-903B, which is held at a value.']);
    plant.state = { ...plant.state, forces: [] };
    expect(prove(plant, 7, 0, { by: twoPeople.by, second: twoPeople.by })).toEqual([
      'A proof test takes a tester and a witness.',
    ]);
  });
});
