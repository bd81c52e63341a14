/** The faceplate of each controller: which tag is its PV, SP, output, mode and tuning, under the names that faceplates use. */
import type { SkidName } from '../../../plant/sample.ts';
import type { LoopDefinition, SkidType } from '../../../plant/skid/definition.ts';
import type { TagPlan } from './plan-tags.ts';

export type LoopPart = Readonly<{
  nodeId: string;
  browseName: string;
  title: string;
  /** The tag's number in its skid's plan. */
  tag: number;
}>;

export type LoopPlan = Readonly<{
  nodeId: string;
  browseName: string;
  title: string;
  /** Node id of the unit it belongs to. */
  unit: string;
  /** The device that holds the controller. */
  device: string;
  parts: readonly LoopPart[];
}>;

const names = [
  ['PV', 'value', 'Process value'],
  ['SP', 'setpoint', 'Set point'],
  ['WSP', 'workingSetpoint', 'Set point as it is ramped'],
  ['OP', 'output', 'Output'],
  ['Mode', 'mode', 'Auto, manual or remote'],
  ['ManualOutput', 'manualOutput', 'Output that stands while the mode is manual'],
  ['Tracking', 'tracking', 'The output follows something else'],
  ['Gain', 'gain', 'Proportional gain or band'],
  ['IntegralTime', 'integral', 'Integral time'],
  ['DerivativeTime', 'derivative', 'Derivative time'],
] as const;

export const planLoops = (skid: SkidName, { loops }: SkidType, tags: readonly TagPlan[]): readonly LoopPlan[] =>
  loops.map((loop) => {
    const nodeId = `${skid}/${loop.name}.faceplate`;
    return {
      nodeId,
      browseName: `${loop.name.slice(loop.name.indexOf('/') + 1)}.faceplate`,
      title: loop.title,
      unit: `${skid}/${loop.unitName}`,
      device: loop.device,
      parts: names.flatMap(([browseName, part, title]) => partOf(nodeId, browseName, title, tags, loop[part])),
    };
  });

function partOf(
  faceplate: string,
  browseName: string,
  title: string,
  tags: readonly TagPlan[],
  name: LoopDefinition['output'],
): readonly LoopPart[] {
  const tag = tags.findIndex(({ local }) => local === name);
  return tag < 0 ? [] : [{ nodeId: `${faceplate}/${browseName}`, browseName, title, tag }];
}
