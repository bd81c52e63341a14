/**
 * What phases share of the skid's set points: what stands off, how far the pressure may be let down, and the water that
 * keeps the flow as it is.
 */
import { permissiveBarG } from '../../../plant/recipe/boiling.ts';
import type { Reliable } from '../../../plant/recipe/equipment.ts';
import type { Plan } from '../../../plant/recipe/plan.ts';
import type { SetPointName, SetPoints } from '../../../plant/recipe/roles.ts';
import type { SkidReading } from '../skid-reading.ts';

/** Below this, in mL/min, a pump counts as standing: a meter's noise is less. */
export const noFlowMlPerMin = 0.5;
/** A line below this, in °C, neither boils nor flashes where it stands still or is let down to air. */
export const coldBelowC = 60;

/** Without what the skid does not have: it cannot be asked of it. */
export const ofSkid = ({ setPoints }: Pick<SkidReading, 'setPoints'>, wanted: SetPoints): SetPoints =>
  Object.fromEntries(Object.entries(wanted).filter(([name]) => Object.hasOwn(setPoints, name)));

export const heatOff = { temperature: 0, stage1: 0, shellTemperature: 0 } as const satisfies SetPoints;
export const feedsOff = { chalcogen: 0, cadmium: 0, ligand: 0, shell: 0 } as const satisfies SetPoints;
export const toWaste = { diverter: 0 } as const satisfies SetPoints;

/** Every wetted thermometer is Good and says so. */
export const isCold = ({ hottestC }: Pick<SkidReading, 'hottestC'>, belowC = coldBelowC): boolean =>
  hottestC !== null && hottestC < belowC;

/**
 * Asks for the back pressure `asked`, in bar(g), but for no less than what stands while a wetted part is, or may be, too hot for
 * it: water that is let down above its boiling point flashes. Where nobody can say what stands it is left as it is.
 */
export function safePressure(skid: Pick<SkidReading, 'hottestC' | 'setPoints'>, asked: number): SetPoints {
  const { hottestC, setPoints } = skid;
  if (isCold(skid) || (hottestC !== null && asked >= permissiveBarG(hottestC))) return { backPressure: asked };
  const standing = setPoints.backPressure ?? null;
  return standing === null ? {} : { backPressure: Math.max(asked, standing) };
}

/** Water in mL/min that makes the flow through the reactor up to the plan's total, so that neither cooling nor τ moves. */
export const waterBeside = ({ totalMlPerMin }: Pick<Plan, 'totalMlPerMin'>, ...fed: readonly number[]): number =>
  Number(Math.max(0, totalMlPerMin - fed.reduce((sum, each) => sum + each, 0)).toFixed(2));

const feeds = ['chalcogen', 'cadmium', 'ligand', 'shell'] as const satisfies readonly SetPointName[];

/** The pump stands, or the skid has it not; one that cannot be read may run. */
export const stands = ({ points }: Pick<SkidReading, 'points'>, pump: (typeof feeds)[number] | 'flush'): boolean => {
  const flow: Reliable | undefined = points[pump];
  return flow === undefined || (flow !== null && flow <= noFlowMlPerMin);
};

/** Nothing but water runs. */
export const feedsStand = (skid: Pick<SkidReading, 'points'>): boolean => feeds.every((feed) => stands(skid, feed));
