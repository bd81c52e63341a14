/** What the proof of a matrix finds, and that it finds it: each rule is broken once, on purpose. */
import { describe, expect, it } from 'vitest';
import { forbids } from '../../../../plant/command-permit.ts';
import { milliseconds } from '../../../../plant/clock.ts';
import { controllerOf } from '../../../../plant/device-model.ts';
import { higherDemand } from '../../../../plant/safe-state.ts';
import type { SkidType } from '../../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';
import { shippedSkidFolder } from '../../../../plant/skid/folders.ts';
import { inputsOf } from '../../../../control/interlocks/proof/inputs.ts';
import { preparedOf, proofOf } from '../../../../control/interlocks/proof/matrix-proof.ts';
import { fieldFindings, permitFindings } from '../../../../control/interlocks/proof/permit-proof.ts';
import { joinFindings, reductionFindings } from '../../../../control/interlocks/proof/reduction.ts';
import { walkRow } from '../../../../control/interlocks/proof/row-machine.ts';
import { traceOf } from '../../../../control/interlocks/proof/row-text.ts';
import { admitBypass } from '../../../../control/interlocks/bypass.ts';
import { admitForce } from '../../../../control/interlocks/force.ts';
import { step } from '../../../../control/interlocks/step.ts';
import { seeded } from '../../../../control/interlocks/proof/seeded.ts';
import { staleFindings, startFindings } from '../../../../control/interlocks/proof/start-proof.ts';
import { workFindings } from '../../../../control/interlocks/proof/work-proof.ts';
import type { PreparedRow, PreparedSkid } from '../../../../control/interlocks/prepare.ts';

const cdse = loadSkidType(`${shippedSkidFolder}/cdse.yaml`);
const only = (...rows: number[]): SkidType => ({
  ...cdse,
  interlocks: cdse.interlocks.filter(({ row }) => rows.includes(row)),
});

/** One row, with the parts of it that the step goes by changed behind its words. */
function faulty(
  row: number,
  change: (row: PreparedRow) => PreparedRow,
): Readonly<{ skid: PreparedSkid; row: PreparedRow }> {
  const skid = preparedOf(only(row));
  const changed = change(skid.rows[0]!);
  return { skid: { ...skid, rows: [changed] }, row: changed };
}

const walked = ({ skid, row }: ReturnType<typeof faulty>, bypassed: number | null = null) => {
  const { difference } = walkRow(skid, row, inputsOf(skid, row), bypassed);
  return difference === null ? null : { problem: difference.problem, trace: traceOf(skid, difference, null) };
};

describe('the machine of a row', () => {
  it('holds for votes of two and three, an alarm alone, measures, modes and rates', () => {
    const { findings, figures } = proofOf(only(3, 4, 9, 20, 21, 24));
    expect(findings).toEqual([]);
    expect(figures.states).toBeGreaterThan(500);
  }, 30_000);

  it('finds a trip that comes too late, with the shortest way to it', () => {
    const late = faulty(8, (row) => ({ ...row, trip: row.trip.map((trip) => ({ ...trip, for: milliseconds(4000) })) }));
    const found = walked(late);
    expect(found?.problem).toContain('asks for none where S is due');
    expect(found?.trace.at(-2)).toContain('expected: S');
    // At rest, wet, and still wet when the delay is over.
    expect(found?.trace.length).toBeLessThanOrEqual(6);
    expect(found?.trace.join('\n')).toMatch(/G900\/LSH-908[AB] wet/);
  });

  it('finds an action that is too low', () => {
    const low = faulty(4, (row) => ({ ...row, trip: row.trip.map((trip) => ({ ...trip, action: 'B' })) }));
    expect(walked(low)?.problem).toContain('asks for B where H is due');
  });

  it('finds a vote that a lost channel weakens', () => {
    const never = faulty(9, (row) => ({
      ...row,
      definition: { ...row.definition, vote: '2oo3' },
      channels: row.channels.slice(0, 1),
    }));
    expect(walked(never)).not.toBeNull();
  });

  it('finds a measure that is not taken', () => {
    const without = faulty(16, (row) => ({ ...row, trip: row.trip.map((trip) => ({ ...trip, measures: [] })) }));
    expect(walked(without)?.problem).toContain('divert waste');
  });

  it('finds an arming that is never true', () => {
    const asleep = faulty(20, (row) => ({
      ...row,
      trip: row.trip.map((trip, i) => (i === 0 ? { ...trip, armed: row.trip[1]!.armed } : trip)),
    }));
    expect(walked(asleep)?.problem).toMatch(/where [HS] is due/);
  });

  it('judges what the other channel does while one is bypassed', () => {
    const skid = preparedOf(only(8));
    const row = skid.rows[0]!;
    expect(walkRow(skid, row, inputsOf(skid, row), 0).difference).toBeNull();
    const late = faulty(8, (one) => ({ ...one, trip: one.trip.map((trip) => ({ ...trip, for: milliseconds(4000) })) }));
    expect(walked(late, 1)?.problem).toContain('where S is due');
  });

  it('says of a trip that no values can bring about that it cannot be brought about', () => {
    const row = only(8).interlocks[0]!;
    const deaf = {
      ...row,
      channels: [row.channels[0]!, { ...row.channels[1]!, root: { kind: 'number', value: 0 } as const }],
    };
    const { findings } = proofOf({ ...cdse, interlocks: [deaf] });
    expect(findings.map(({ problem }) => problem)).toContainEqual(
      expect.stringContaining('No values within the ranges of its tags bring'),
    );
  });
});

describe('the start', () => {
  it('is safe whatever is seen, or not seen, first', () => {
    const skid = preparedOf(only(5, 9, 22));
    for (const row of skid.rows.slice(0, 2)) expect(startFindings(skid, row, inputsOf(skid, row))).toEqual([]);
    expect(staleFindings(skid, skid.rows[2]!)).toEqual([]);
  });

  it('is not, where no temperature tells that the skid is hot', () => {
    const skid = preparedOf(only(9));
    const inputs = inputsOf(skid, skid.rows[0]!);
    const found = startFindings({ ...skid, temperatures: [] }, skid.rows[0]!, inputs);
    expect(found[0]?.problem).toContain('H is due');
  });
});

describe('commands and the field', () => {
  it('open nothing that is forbidden', () => {
    expect(permitFindings()).toEqual([]);
    expect(fieldFindings(cdse)).toEqual([]);
  });

  it.each([
    ['writes while a safe state is demanded', () => null],
    ['nothing at all', () => 'interlocks' as const],
    [
      'acid while it is blocked',
      (...[question, standing]: Parameters<typeof forbids>) => forbids(question, { ...standing, measures: [] }),
    ],
    [
      'a start in B',
      (...[question, standing]: Parameters<typeof forbids>) =>
        forbids(question, { ...standing, interlocks: standing.interlocks === 'B' ? 'none' : standing.interlocks }),
    ],
  ])('are told apart from a rule that permits %s', (_, permit) => {
    const [found] = permitFindings(permit);
    expect(found?.problem).toMatch(/^A command is (let through|refused) though/);
    expect(found?.trace).toHaveLength(2);
  });

  it('name the row that asks for what the field has no step for', () => {
    const devices = cdse.devices.map((device) => {
      const words = controllerOf(device.model);
      if (words === undefined || device.model.protocol !== 'modbus') return device;
      const controller = { ...words, steps: words.steps.filter(({ demand }) => demand !== 'E') };
      return { ...device, model: { ...device.model, controller } };
    });
    const rows = new Set(fieldFindings({ ...cdse, devices }).map(({ path }) => path[1]));
    expect([...rows]).toEqual([5, 6, 24]);
  });
});

describe('work on the rows', () => {
  it('takes no row that must not be bypassed and no two channels of a vote', () => {
    expect(workFindings(preparedOf(cdse))).toEqual([]);
  });

  const skid = preparedOf(only(5, 8, 11, 16));

  it('would, were bypasses of every row admitted', () => {
    const bypassable = skid.rows.map((row) => ({ ...row, definition: { ...row.definition, bypass: loose } }));
    const found = workFindings(skid, {
      bypass: (_, ...rest) => admitBypass({ ...skid, rows: bypassable }, ...rest),
      force: admitForce,
    });
    expect(found.map(({ path, problem }) => `${path[1]!} ${problem}`)).toEqual(
      expect.arrayContaining([
        '5 G900/AT-901A can be bypassed, and the row must never be.',
        '11 R201/PT-201A can be bypassed, and the row must never be.',
      ]),
    );
  });

  it('would, were inputs held whatever stands on them', () => {
    const found = workFindings(skid, {
      bypass: admitBypass,
      force: (_, ...rest) => admitForce({ ...skid, rows: [] }, ...rest),
    });
    expect(found.map(({ path, problem }) => `${path[1]!} ${problem}`)).toEqual(
      expect.arrayContaining([
        '11 R201/TT-201A can be held, and the row that stands on it must never be bypassed.',
        expect.stringMatching(/^16 X300\/LT-302 can be held and X300\/LSH-303 too/u),
        expect.stringMatching(/^8 percent\(G900\/LSH-908A\) can be bypassed and G900\/LSH-908B held/u),
      ]),
    );
  });
});

const loose = { by: ['operator' as const], for: milliseconds(3_600_000), meanwhile: 'nothing' };

describe('why rows may be proven one by one', () => {
  it('is that demands are joined, whatever their order', () => {
    expect(joinFindings()).toEqual([]);
    expect(joinFindings((one, other) => (one === 'S' || other === 'S' ? 'S' : higherDemand(one, other)))).toHaveLength(
      1,
    );
  });

  it('is that a row among the others does what it does alone', () => {
    const skid = preparedOf(only(5, 9, 11, 16, 17, 20));
    expect(reductionFindings(skid, 150, seeded(7).next)).toEqual([]);
    const deaf: typeof step = (whole, state, scan) => {
      const done = step(whole, state, scan);
      const rows = done.state.rows.map((row, i) => (i === 1 ? { ...row, demand: 'none' as const } : row));
      return { ...done, state: { ...done.state, rows } };
    };
    const [found] = reductionFindings(skid, 150, seeded(7).next, deaf);
    expect(found?.problem).toMatch(/Among the others|together/u);
  });
});
