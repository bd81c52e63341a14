/** What stands in front of the probes of each of the four skids, over temperatures, flows and ratios at which they make product. */
import { milliseconds, monotonic } from '../../../../plant/clock.ts';
import { writeController } from '../../../../twin/controller/writes.ts';
import { cycleS, initialLine, stepLine, type LineState } from '../../../../twin/line/line.ts';
import { createNoise } from '../../../../twin/random.ts';
import { loadParameters } from '../../../../twin/skid/parameters-file.ts';
import type { TwinParameters } from '../../../../twin/skid/parameters.ts';
import type { ProbeTruth } from '../../../../twin/skid/probe.ts';
import { probesOf } from '../../../../twin/skid/probes.ts';

export type Sample = Readonly<{ stage1: ProbeTruth; product: ProbeTruth }>;

const shipped = (material: string) => ({
  ...{ raman: `raman-${material}`, absorbance: `uv-vis-${material}`, emission: `emission-${material}` },
});
export const skids = {
  CdS: { file: 'cds', chalcogen: 'S', stokesShiftNm: 20, methods: { nmr: 'p31-tcep-s', ...shipped('cds') } },
  CdSe: { file: 'cdse', chalcogen: 'Se', stokesShiftNm: 15, methods: { nmr: 'p31-tcep-se', ...shipped('cdse') } },
  CdTe: { file: 'cdte', chalcogen: 'Te', stokesShiftNm: 35, methods: { nmr: 'p31-tcep-te', ...shipped('cdte') } },
  'CdSe/ZnS': {
    file: 'cdse-zns',
    chalcogen: 'Se',
    stokesShiftNm: 15,
    methods: { nmr: 'p31-tcep-se', ...shipped('cdse-zns') },
  },
} as const;
export type SkidName = keyof typeof skids;

/** In °C of both stages, and mL/min of each of the three feeds. */
const schedule = [
  [160, 60, 24],
  [160, 40, 24],
  [140, 60, 20],
  [180, 60, 26],
  [170, 50, 22],
  [150, 30, 26],
] as const;
const [heatUpS, settleS, sampleEveryS, samplesEach] = [700, 240, 12, 6];

const kept = new Map<SkidName, readonly Sample[]>();

export function samplesOf(skid: SkidName): readonly Sample[] {
  const known = kept.get(skid);
  if (known !== undefined) return known;
  const file = new URL(`../../../../twin/parameters/${skids[skid].file}.yaml`, import.meta.url).pathname;
  const samples = run(loadParameters(file));
  kept.set(skid, samples);
  return samples;
}

function run(parameters: TwinParameters): readonly Sample[] {
  const noise = createNoise(5);
  let line = initialLine(parameters, noise, milliseconds(3000));
  let heartbeat = 0;
  let now = 0;
  const write = (changes: Readonly<Record<string, number>>): void => {
    const controller = writeController(
      line.controller,
      new Map(Object.entries(changes)),
      line.readings,
      monotonic(now),
    );
    if (typeof controller === 'number') throw new Error(`the controller answers ${controller}`);
    line = { ...line, controller };
  };
  const wait = (seconds: number): LineState => {
    for (let cycle = 0; cycle < Math.round(seconds / cycleS); cycle += 1) {
      now += cycleS * 1000;
      if (cycle % 4 === 0) write({ serviceHeartbeat: (heartbeat = (heartbeat + 1) % 0x1_0000) });
      line = stepLine(parameters, noise, line, monotonic(now));
    }
    return line;
  };
  wait(1);
  write({ safeStateRequest: 0, resetPulse: 0 });
  write({ resetPulse: 1 });
  wait(cycleS);
  write({ resetPulse: 0 });
  const samples: Sample[] = [];
  for (const [index, [reactorC, stage1C, flow]] of schedule.entries()) {
    const shell = parameters.shell === undefined ? {} : { shellFlowSetpoint: 6, shellSetpoint: 120 };
    const feeds = { chalcogenFlowSetpoint: flow, cadmiumFlowSetpoint: flow, ligandFlowSetpoint: flow };
    write({ ...feeds, ...shell, backPressureSetpoint: 12, stage1Setpoint: stage1C });
    if (index === 0) wait(40);
    write({ reactorRampRate: 30, reactorSetpoint: reactorC });
    wait(index === 0 ? heatUpS : settleS);
    for (let i = 0; i < samplesEach; i += 1) {
      const { stage1, stage2, shell: last } = probesOf(parameters, wait(sampleEveryS).process);
      samples.push({ stage1, product: parameters.shell === undefined ? stage2 : last });
    }
  }
  return samples;
}
