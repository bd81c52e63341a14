/**
 * A line of first-order laws: pumps and thermostats follow their set points, the pressure follows the regulator while something
 * flows, the diverter takes its time. What its instruments say can be put aside by hand.
 */
import type { Reliable } from '../../../../../plant/recipe/equipment.ts';
import {
  setPointNames,
  type PointName,
  type ReadingName,
  type SetPointName,
  type SetPoints,
} from '../../../../../plant/recipe/roles.ts';
import type { SkidReading } from '../../../../../control/batch/skid-reading.ts';
import type { Run } from './plans.ts';

export type Line = Readonly<{
  set: Readonly<Record<SetPointName, number>>;
  chalcogen: number;
  cadmium: number;
  ligand: number;
  flush: number;
  shell: number;
  workingC: number;
  reactorC: number;
  stage1C: number;
  shellC: number;
  pressure: number;
  /** 0 waste, 1 product; between the two while it moves. */
  diverter: number;
  collectedMl: number;
  foulingPercent: number;
}>;

export const coldLine: Line = {
  set: Object.fromEntries(setPointNames.map((name) => [name, 0])) as Record<SetPointName, number>,
  chalcogen: 0, cadmium: 0, ligand: 0, flush: 0, shell: 0, workingC: 0, reactorC: 22, stage1C: 22, shellC: 22, pressure: 0,
  diverter: 0, collectedMl: 0, foulingPercent: 140,
}; // prettier-ignore

/** What HOT-HOLD leaves: every run set point at 0, the back pressure as it was. */
export const heldLine = (line: Line): Line => ({
  ...line,
  set: { ...coldLine.set, backPressure: line.set.backPressure, ramp: line.set.ramp },
});

const towards = (value: number, target: number, dtS: number, timeConstantS: number): number =>
  target + (value - target) * Math.exp(-dtS / timeConstantS);

const flowOf = ({ chalcogen, cadmium, ligand, flush }: Line): number => chalcogen + cadmium + ligand + flush;

export function stepLine(before: Line, wanted: SetPoints, dtS: number): Line {
  const set = { ...before.set, ...wanted };
  const pump = (name: 'chalcogen' | 'cadmium' | 'ligand' | 'flush' | 'shell'): number =>
    towards(before[name], set[name], dtS, 1.5);
  const heated = (value: number, target: number, timeConstantS: number): number =>
    towards(value, Math.max(22, target), dtS, timeConstantS);
  const flow = flowOf(before);
  const step = (set.ramp * dtS) / 60;
  const workingC =
    set.temperature === 0 ? 0 : Math.min(set.temperature, Math.max(before.workingC, before.reactorC) + step);
  const moved = Math.sign(set.diverter - before.diverter) * dtS * 0.5;
  return {
    set,
    chalcogen: pump('chalcogen'),
    cadmium: pump('cadmium'),
    ligand: pump('ligand'),
    flush: pump('flush'),
    shell: pump('shell'),
    workingC,
    reactorC: heated(before.reactorC, workingC, set.temperature === 0 ? 90 : 15),
    stage1C: heated(before.stage1C, set.stage1, 30),
    shellC: heated(before.shellC, set.shellTemperature, 40),
    // Without flow the regulator is shut, unless it is opened.
    pressure:
      flow > 1 || set.backPressure < before.pressure
        ? towards(before.pressure, set.backPressure, dtS, 4)
        : before.pressure,
    diverter: Math.min(1, Math.max(0, before.diverter + moved)),
    collectedMl: before.collectedMl + (before.diverter > 0.5 ? ((flow + before.shell) * dtS) / 60 : 0),
    foulingPercent: towards(before.foulingPercent, 105, flow * dtS, 3000),
  };
}

export type Aside = Readonly<{
  points?: Readonly<Partial<Record<PointName, Reliable>>>;
  readings?: Readonly<Partial<Record<ReadingName, Reliable>>>;
  hottestC?: Reliable;
}>;

export function readLine({ equipment }: Pick<Run, 'equipment'>, line: Line, aside: Aside = {}): SkidReading {
  const hasShell = equipment.setPoints.shell !== undefined;
  const made = line.cadmium > 5;
  const { chalcogen, cadmium, ligand, flush, reactorC, pressure, collectedMl } = line;
  return {
    setPoints: Object.fromEntries(
      setPointNames.flatMap((name) => (equipment.setPoints[name] === undefined ? [] : [[name, line.set[name]]])),
    ),
    points: {
      chalcogen, cadmium, ligand, flush, temperatureA: reactorC + 0.3, temperatureB: reactorC - 0.3, independent: reactorC, outlet: 30,
      pressureA: pressure, pressureB: pressure, diverter: line.diverter <= 0 ? 0 : line.diverter >= 1 ? 1 : null,
      collected: collectedMl, heater: line.set.temperature > 0 ? 1 : 0, stage1: line.stage1C, flushLiquid: line.set.flushLiquid,
      ...(hasShell ? { shell: line.shell, shellTemperature: line.shellC } : {}),
      ...aside.points,
    }, // prettier-ignore
    readings: {
      reactorTemperature: reactorC + 0.3,
      reactorPressure: pressure,
      totalFlow: flowOf(line),
      wastePh: 10.8,
      feedPh: 10.5,
      fouling: line.foulingPercent,
      conversion: line.chalcogen > 5 && line.stage1C > 50 ? 97 : null,
      diameter: made ? 3.6 : null,
      emission: made ? 587 : null,
      ...aside.readings,
    },
    hottestC: aside.hottestC === undefined ? Math.max(reactorC, line.stage1C, line.shellC) : aside.hottestC,
    reactorVolumeMl: equipment.reactorVolumeMl,
    shellVolumeMl: equipment.shellVolumeMl ?? 0,
  };
}
