/** A batch on one skid as rooms are told of it, running the one step that is named. */
import type { BatchView, UnitView } from '../../plant/batch-view.ts';
import { utcMs } from '../../plant/clock.ts';
import { skidName } from '../../plant/sample.ts';

type More = Partial<Omit<BatchView, 'units'>> & Readonly<{ phase?: string | null; unit?: Partial<UnitView> }>;

export function batchViewOf(skid: string, { phase = 'heat-up', unit = {}, ...more }: More = {}): BatchView {
  const state = more.state ?? 'Running';
  return {
    id: 'B-1',
    scope: 'batch/B-1',
    recipe: 'cdse-590',
    recipeTitle: 'CdSe, 590 nm',
    recipeVersion: 1,
    recipeDigest: '00',
    purpose: 'rehearsal',
    state,
    archived: false,
    units: [
      {
        skid: skidName(skid),
        state,
        mode: 'automatic',
        givenUp: false,
        steps:
          phase === null
            ? []
            : [
                {
                  path: `run/${phase}`,
                  operation: 'run',
                  phase,
                  title: phase,
                  state: 'active',
                  startedAt: utcMs(0),
                  endedAt: null,
                  waitsFor: null,
                  runs: 1,
                  values: {},
                },
              ],
        procedure: { kind: 'step', step: 0 },
        next: null,
        proceed: null,
        prompts: [],
        equipment: [],
        collectedMl: more.collectedMl ?? 12.5,
        startedAt: utcMs(0),
        endedAt: null,
        message: more.message ?? null,
        resumesAt: [],
        reconcile: null,
        commands: [],
        ...unit,
      },
    ],
    spares: [],
    whenSkidFails: 'continue',
    startedAt: utcMs(0),
    endedAt: null,
    collectedMl: 12.5,
    targetMl: 100,
    commands: [],
    signed: false,
    message: null,
    timeScale: 1,
    ...more,
  };
}
