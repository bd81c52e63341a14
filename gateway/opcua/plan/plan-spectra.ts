/** The spectra of a skid as nodes: YArrayItems (Part 8, 5.3.4.2) under their unit. */
import type { SkidName } from '../../../plant/sample.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';
import { unitOf, type UnitPlan } from './plan-units.ts';

export type AxisPlan = Readonly<{ title: string; unit: UnitPlan }>;

export type SpectrumPlan = Readonly<{
  nodeId: string;
  browseName: string;
  title: string;
  /** Node id of the unit it belongs to. */
  unit: string;
  x: AxisPlan;
  y: AxisPlan;
  /** Which spectrum of which device it is. */
  definition: string;
}>;

export const planSpectra = (skid: SkidName, { spectra }: SkidType): readonly SpectrumPlan[] =>
  spectra.map(({ name, title, unitName, device, source: { name: spectrum, x, y } }) => ({
    nodeId: `${skid}/${name}`,
    browseName: name.slice(name.indexOf('/') + 1),
    title,
    unit: `${skid}/${unitName}`,
    x: { title: x.title, unit: unitOf(x.unit) },
    y: { title: y.title, unit: unitOf(y.unit) },
    definition: `${device}.${spectrum}`,
  }));
