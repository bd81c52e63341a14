/** Proof tests at their edges: what refuses one, when its stages are over, and what is written of it. */
import { describe, expect, it } from 'vitest';
import { admitProofTest, stepProof } from '../../../../control/interlocks/proof-stimulus.ts';
import type { GuardEvent, ProofRun } from '../../../../control/interlocks/state.ts';
import { milliseconds, processTime } from '../../../../plant/clock.ts';
import type { InterlockResponse } from '../../../../plant/ports/interlock-work.ts';
import { localTag } from '../../../../plant/sample.ts';
import type { InterlockDefinition, SkidType } from '../../../../plant/skid/definition.ts';
import { prepareSkid } from '../../../../control/interlocks/prepare.ts';
import { cold, Plant, skidOf } from '../support/plant.ts';
import { coldWhole, hotWhole, shipped, twoPeople } from '../support/whole.ts';

function prove(plant: Plant, row: number, channel = 0): readonly string[] {
  const request = { row, channel, asFound: 'Found.', asLeft: 'Left.' };
  const { state, events, refusedBy } = admitProofTest(plant.skid, plant.state, plant.scan(), request, twoPeople);
  plant.state = state;
  plant.events.push(...events);
  return refusedBy;
}

const withRow = (row: number, change: (one: InterlockDefinition) => Partial<InterlockDefinition>): SkidType => ({
  ...shipped,
  interlocks: shipped.interlocks.map((one) => (one.row === row ? { ...one, ...change(one) } : one)),
});

const run: ProofRun = {
  row: 7,
  channel: 0,
  trip: 0,
  people: twoPeople,
  asFound: 'Found.',
  asLeft: 'Left.',
  stage: 'beyond',
  healthy: 22.6,
  beyond: 27.4,
  since: processTime(1000),
};

/** One scan of a test that stands as told, `ms` after its stage began. */
function after(
  ms: number,
  over: Partial<ProofRun> = {},
  events: GuardEvent[] = [],
  plant = coldWhole(),
): Readonly<{ next: ProofRun | null; said: string | undefined; events: readonly GuardEvent[] }> {
  const scan = { ...plant.scan(), process: processTime(1000 + ms) };
  const next = stepProof(plant.skid, { ...run, ...over }, plant.state.rows, scan, events);
  const told = events.find(({ action }) => action === 'interlock-proof-tested');
  return { next, said: told?.message, events };
}

const response = (over: Partial<InterlockResponse>): GuardEvent => ({
  action: 'interlock-response',
  row: over.row ?? 7,
  title: '',
  message: '',
  demand: 'S',
  actor: null,
  commandId: null,
  response: {
    row: 7,
    title: '',
    demand: 'S',
    sourceAt: 0 as never,
    votedAt: 0 as never,
    trippedAt: 0 as never,
    commandedAt: null,
    confirmedAt: null,
    responseMs: 100,
    budgetMs: 500,
    within: true,
    test: true,
    ...over,
  },
});

describe('a proof test', () => {
  it('is given while another row is bypassed and an input of another is held', () => {
    const plant = coldWhole();
    const bypass = { row: 4 } as (typeof plant.state.bypasses)[number];
    const force = { tag: localTag('G900/AT-905B') } as (typeof plant.state.forces)[number];
    plant.state = { ...plant.state, bypasses: [bypass], forces: [force] };
    expect(prove(plant, 7)).toEqual([]);
  });

  it('is refused on a hot skid in no more than the words of what is not at rest', () => {
    const plant = hotWhole();
    plant.state = { ...plant.state, changeover: true };
    expect(prove(plant, 7)).toEqual([]);
  });

  it('is refused for each of the reasons, all of them at once', () => {
    const plant = coldWhole();
    plant.batch = true;
    plant.state = { ...plant.state, proof: { ...run, row: 9 } };
    expect(prove(plant, 7)).toEqual(['Row 9 is being proven.', 'A batch is on the skid.']);
  });

  it('says its stimulus without a unit where the channel has none', () => {
    const plant = coldWhole();
    expect(prove(plant, 18)).toEqual([]);
    expect(plant.told('interlock-proof-test-begun')[0]?.message).toMatch(
      /^F100\/AT-105A: a stimulus of [\d.]+, then [\d.]+ (pH|)\.$/u,
    );
  });

  it('steps over the limit by the same on both sides, 2 % of what the channel can say', () => {
    const plant = coldWhole();
    prove(plant, 7);
    const { healthy, beyond } = plant.state.proof!;
    // 0 to 100 %, and a tenth of it on either side
    expect(beyond - 25).toBeCloseTo(2.4, 6);
    expect(25 - healthy).toBeCloseTo(2.4, 6);
    const other = coldWhole();
    prove(other, 2);
    const { range } = shipped.tags.find(({ name }) => name === 'G900/PDT-907A')!;
    const step = 0.02 * 1.2 * (range!.high - range!.low);
    expect(other.state.proof!.beyond + 5).toBeCloseTo(step, 6);
    expect(-5 - other.state.proof!.healthy).toBeCloseTo(step, 6);
  });

  it('goes by the reference of its row, where there is one, and by a rate of none', () => {
    const rated = new Plant(
      cold,
      withRow(7, ({ trip: [one] }) => ({ trip: [one!] })),
    ).released();
    expect(prove(rated, 7)).toEqual([]);
    const never = new Plant(
      cold,
      withRow(7, ({ channels, trip }) => ({
        channels,
        trip: trip.map((one) => ({
          ...one,
          when: shipped.interlocks.find(({ row }) => row === 13)!.trip[0]!.when,
        })),
        warn: null,
      })),
    ).released();
    expect(prove(never, 7)).toEqual(['No value of G900/AT-903A trips the row now.']);
  });

  it('finds no stimulus where every value trips, or where none lies between two trips', () => {
    const whenOf = (row: number): InterlockDefinition['trip'][number]['when'] =>
      shipped.interlocks.find((one) => one.row === row)!.trip[0]!.when;
    const two = (one: InterlockDefinition['trip'][number]['when'], other: typeof one): readonly string[] => {
      const type = withRow(7, ({ trip: [trip] }) => ({
        trip: [
          { ...trip!, when: one },
          { ...trip!, when: other },
        ],
      }));
      const plant = coldWhole();
      const request = { row: 7, channel: 0, asFound: '-', asLeft: '-' };
      return admitProofTest(prepareSkid(skidOf(type)), plant.state, plant.scan(), request, twoPeople).refusedBy;
    };
    const warm = shipped.interlocks.find(({ row }) => row === 7)!.warn!.when;
    const none = ['No value of G900/AT-903A trips the row now.'];
    expect(two(whenOf(1), whenOf(2))).toEqual(none);
    expect(two(whenOf(18), warm)).toEqual(none);
    expect(two(whenOf(7), shipped.interlocks.find(({ row }) => row === 12)!.trip[1]!.when)).toEqual([]);
  });

  it('takes the reference as it stands for what its condition compares with', () => {
    const type = withRow(12, () => ({ proofTest: { every: milliseconds(86_400_000) } }));
    const plant = new Plant(cold, type).released();
    const at = plant.skid.rows.findIndex(({ definition }) => definition.row === 12);
    const rows = plant.state.rows.map((row, i) =>
      i === at ? { ...row, reference: { value: 100, following: true } } : row,
    );
    plant.state = { ...plant.state, changeover: true, rows };
    expect(prove(plant, 12)).toEqual([]);
    expect(plant.state.proof).toMatchObject({ trip: 0 });
    expect(plant.state.proof!.healthy).toBeLessThan(110);
    expect(plant.state.proof!.beyond).toBeGreaterThan(110);
    expect(plant.state.proof!.beyond).toBeLessThan(120);
  });
});

describe('a proof test under way', () => {
  it('is over where its row or its trip is no more', () => {
    for (const over of [{ row: 99 }, { trip: 5 }])
      expect(after(0, over)).toEqual({ next: null, said: undefined, events: [] });
    expect(stepProof(coldWhole().skid, run, [], coldWhole().scan(), [])).toBeNull();
  });

  it('stands on the healthy side for the delay and a second, and beyond for the delay and 31 s', () => {
    const healthy = { stage: 'healthy' } as const;
    expect(after(5999, healthy).next).toMatchObject({ stage: 'healthy', since: 1000 });
    expect(after(6000, healthy).next).toMatchObject({ stage: 'beyond', since: 7000 });
    expect(after(35_999).next).toMatchObject({ stage: 'beyond' });
    expect(after(36_000)).toMatchObject({ next: null, said: 'Not proven: It did not trip beyond its limit.' });
  });

  it('says that the field did not follow where the row tripped and nothing was told of it', () => {
    const plant = coldWhole();
    plant.state = { ...plant.state, rows: plant.state.rows.map((row) => ({ ...row, tripped: true })) };
    expect(after(36_000, {}, [], plant).said).toBe('Not proven: The field did not follow.');
  });

  it('ends with the response of its own row, and of a test alone', () => {
    expect(after(100, {}, [response({ row: 9 })]).next).not.toBeNull();
    expect(after(100, {}, [response({ test: false })]).next).not.toBeNull();
    expect(after(100, {}, [response({})])).toMatchObject({ next: null, said: 'Proven: it tripped at 27.4 %.' });
    expect(after(100, {}, [response({ within: null })]).said).toMatch(/half of the process safety time\.$/u);
  });

  it('of a row with a backup passes at 1 s itself', () => {
    const backed = { row: 9, beyond: 17 };
    expect(after(100, backed, [response({ row: 9, responseMs: 1000, within: false })]).said).toMatch(/^Proven/u);
    expect(after(100, backed, [response({ row: 9, responseMs: 1001, within: false })]).said).toBe(
      'Not proven: The field did not follow within 1 s.',
    );
    expect(after(100, backed, [response({ row: 9, responseMs: null })]).said).toBe(
      'Not proven: The field did not follow.',
    );
  });

  it('is done as soon as it acts, where the field is asked for nothing', () => {
    const acting = (row: number, skid = coldWhole().skid): ReturnType<typeof after> => {
      const plant = coldWhole();
      const at = skid.rows.findIndex(({ definition }) => definition.row === row);
      const delay = { since: processTime(0), seen: processTime(0), acts: true };
      const rows = plant.state.rows.map((one, i) => (i === at ? { ...one, delays: [delay] } : one));
      const events: GuardEvent[] = [];
      const next = stepProof(skid, { ...run, row }, rows, { ...plant.scan(), process: processTime(1100) }, events);
      return { next, said: events[0]?.message, events };
    };
    expect(acting(3)).toMatchObject({ next: null, said: 'Proven: it tripped at 27.4 mg/m³.' });
    expect(acting(19)).toMatchObject({ next: null });
    expect(acting(7).next).not.toBeNull();
    expect(acting(7, { ...coldWhole().skid, field: null })).toMatchObject({ next: null });
  });

  it('is written with what was found, left, applied and measured', () => {
    const { events } = after(100, {}, [response({})]);
    expect(events.at(-1)).toMatchObject({
      action: 'interlock-proof-tested',
      row: 7,
      demand: 'none',
      proofTest: {
        row: 7,
        channel: 0,
        tester: 'Olga Operator',
        witness: 'Pia Process',
        stimulus: '22.6, then 27.4 %',
        asFound: 'Found.',
        asLeft: 'Left.',
        tripValue: 27.4,
        unit: '%',
        responseMs: 100,
        passed: true,
      },
    });
    const lost = after(100, { channel: 7 }, [response({})]).events.at(-1);
    expect(lost?.message).toBe('Proven: it tripped at 27.4 .');
    expect(lost?.proofTest).toMatchObject({ stimulus: '22.6, then 27.4', unit: null });
  });
});
