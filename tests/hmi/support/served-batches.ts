/** Batches and shared equipment to look at: one that runs with branches and prompts, one after a restart, one that has ended. */
import type { BatchView, CommandView, ProcedureView, StepView, UnitView } from '../../../plant/batch-view.ts';
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { GateCheck } from '../../../plant/ports/start-gate.ts';
import type { SharedEquipmentView } from '../../../plant/shared-equipment.ts';
import { skidName } from '../../../plant/sample.ts';
import { batchOf, stepOf, unitOf } from './batch.ts';

/** Markup that somebody planted; it has to stay text wherever it is drawn. */
const hostile = '<img src=x onerror=alert(1)>';

const commands = (legal: readonly string[]): readonly CommandView[] =>
  (['Start', 'Pause', 'Resume', 'Hold', 'Restart', 'Stop', 'Abort', 'Reset'] as const).map((command) => ({
    command,
    legal: legal.includes(command),
    refusedBy: legal.includes(command) ? null : `${command} is not taken in this state.`,
  }));

const steps = (now: number): readonly StepView[] => {
  const at = (minutes: number): UtcMs => utcMs(now - minutes * 60_000);
  const done = (path: string, from: number, values = {}): StepView =>
    stepOf(path, 'done', { startedAt: at(from), endedAt: at(from - 2), values });
  return [
    done('prepare/line-clearance', 20),
    done('prepare/leak-test', 18, { pressure: '12 bar(g)', for: '5 min' }),
    done('start-up/heat-up', 14, { to: '160 °C ($temperature)', ramp: '10 °C/min ($ramp)' }),
    stepOf('start-up/steady-state', 'done', { startedAt: at(12), endedAt: at(6), runs: 2 }),
    stepOf('produce/collect', 'active', {
      startedAt: at(6),
      waitsFor: 'X300/FQ-301 12.0 mL, waiting for 50 mL',
      values: { until: 'batch target', while: 'conversion, emission, feedPh' },
    }),
    stepOf('produce/collect/alongside/sample', 'active', { startedAt: at(1), waitsFor: `the pH, ${hostile}` }),
    stepOf('end/shutdown', 'waiting', { values: { flush: '4 tau', below: '60 °C' } }),
    stepOf('end/acid-flush', 'waiting'),
    stepOf('end/water-flush', 'waiting'),
  ];
};

const step = (index: number): ProcedureView => ({ kind: 'step', step: index });
const procedure: ProcedureView = {
  kind: 'sequence',
  path: '',
  of: [
    step(0),
    step(1),
    {
      kind: 'repeat',
      path: 'start-up/repeat',
      body: { kind: 'sequence', path: 'start-up/repeat', of: [step(2), step(3)] },
      until: 'conversion ≥ 95 %',
      most: 3,
      turn: 2,
    },
    { kind: 'wait', path: 'produce/wait', until: 'feedPh > 10', state: 'done', waitsFor: null },
    {
      kind: 'parallel',
      path: 'produce/parallel',
      branches: [step(4), { kind: 'with', path: 'produce/with', equipment: 'nmr-31p', body: step(5), held: 'NMR-1' }],
      main: 0,
    },
    step(6),
    {
      kind: 'choose',
      path: 'end/choose',
      branches: [
        { when: 'fouling > 120 %', body: step(7) },
        { when: null, body: step(8) },
      ],
      taken: null,
    },
  ],
};

export const runningUnit = (skid: string, now: number, more: Partial<UnitView> = {}): UnitView =>
  unitOf(skid, {
    steps: steps(now),
    procedure,
    startedAt: utcMs(now - 20 * 60_000),
    next: { path: 'produce/collect', waitsFor: 'X300/FQ-301 12.0 mL, waiting for 50 mL' },
    equipment: [{ name: 'NMR-1', title: 'NMR of phosphorus', place: null }],
    prompts: [
      {
        id: 'P-2',
        skid: skidName(skid),
        path: 'produce/collect/alongside/sample',
        title: 'pH of the sample',
        kind: 'number',
        unit: null,
        low: 10,
        high: 11,
        done: 'operator',
        checked: 'checker',
        askedAt: utcMs(now - 60_000),
        answers: [],
        withdrawn: null,
      },
      {
        id: 'P-1',
        skid: skidName(skid),
        path: 'prepare/line-clearance',
        title: 'Nothing of the last batch is left',
        kind: 'confirm',
        unit: null,
        low: null,
        high: null,
        done: 'operator',
        checked: null,
        askedAt: utcMs(now - 1_200_000),
        answers: [
          {
            value: 'confirmed',
            by: 'Rosa Ortiz',
            checkedBy: null,
            at: utcMs(now - 1_190_000),
            reason: null,
            outside: false,
          },
        ],
        withdrawn: null,
      },
    ],
    commands: commands(['Pause', 'Hold', 'Stop', 'Abort']),
    ...more,
  });

export function servedBatches(now: number): readonly BatchView[] {
  return [
    batchOf('B-2026-0001', {
      startedAt: utcMs(now - 1_200_000),
      timeScale: 5,
      units: [
        runningUnit('QD-1', now),
        runningUnit('QD-2', now, {
          state: 'Held',
          mode: 'semi-automatic',
          prompts: [],
          equipment: [{ name: 'NMR-1', title: 'NMR of phosphorus', place: 1 }],
          message: `QD-2/R201/TT-202 is not Good. ${hostile}`,
          resumesAt: ['produce/collect'],
          proceed: { path: 'start-up/steady-state', refusedBy: 'The unit is Held.' },
          commands: commands(['Restart', 'Stop', 'Abort']),
          reconcile: [
            { what: 'State', record: 'HOT-HOLD, or higher', field: 'H', verdict: 'agrees' },
            { what: 'Diverter', record: 'waste', field: 'product', verdict: 'differs' },
            { what: 'Hottest wetted part', record: 'cooling', field: 'cannot be read', verdict: 'unknown' },
          ],
        }),
      ],
      collectedMl: 24,
      commands: commands(['Pause', 'Hold', 'Stop', 'Abort']),
      message: `QD-2/R201/TT-202 is not Good. ${hostile}`,
    }),
    batchOf('B-2026-0002', {
      state: 'Complete',
      units: [
        unitOf('QD-2', {
          state: 'Complete',
          steps: steps(now).map((one) => ({ ...one, state: 'done', waitsFor: null })),
          procedure,
        }),
      ],
      endedAt: utcMs(now - 5000),
      commands: commands(['Reset']),
    }),
  ];
}

export const servedGates: readonly GateCheck[] = [
  { gate: 'recipe', object: 'CdSe-3.6 v2', verdict: 'ok', found: 'draft, a rehearsal may run it', remedy: '' },
  {
    gate: 'calibration',
    object: 'QD-1/R201/PT-201A',
    verdict: 'not watched',
    found: 'not for a rehearsal',
    remedy: '',
  },
  {
    gate: 'lot',
    object: 'MPA 2026-117',
    verdict: 'blocked',
    found: `The lot is in quarantine. ${hostile}`,
    remedy: 'Have it released, or take another.',
  },
];

export const servedEquipment = (now: number): readonly SharedEquipmentView[] => {
  const user = (skid: string, minutes: number) => ({
    batch: 'B-2026-0001',
    skid: skidName(skid),
    path: 'produce/collect/alongside/sample',
    turn: 1,
    since: utcMs(now - minutes * 60_000),
  });
  return [
    {
      name: 'NMR-1',
      title: 'NMR of phosphorus',
      is: 'nmr-31p',
      use: 'one',
      failure: 'hold',
      inDoubt: null,
      owner: user('QD-1', 2),
      queue: [user('QD-2', 1)],
    },
  ];
};
