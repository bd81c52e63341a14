/** A skid as the pages need it: names, units, ranges, states and which tag is whose set point. */
import { controllerOf } from '../../plant/device-model.ts';
import type { Skid, TagDefinition } from '../../plant/skid/definition.ts';
import type { SkidAnswer, TagView } from '../api/answers.ts';
import { deviceOf } from '../../plant/skid/source-device.ts';

export function skidAnswer({ name, title, type, twin }: Skid): SkidAnswer {
  return {
    name,
    title,
    type: type.type,
    typeTitle: type.title,
    definition: type.definition,
    digest: type.digest,
    twin,
    controlled: type.devices.some(({ model }) => controllerOf(model) !== undefined),
    units: type.units,
    devices: type.devices.map(({ name, title, model, watchdog }) => ({
      name,
      title,
      model: model.title,
      watchdogMs: watchdog,
    })),
    tags: type.tags.map((tag) => tagView(tag, type.tags)),
    interlocks: type.interlocks.map(({ row, title, vote, action, processSafetyTime, backup, why }) => ({
      row,
      title,
      vote,
      action,
      processSafetyTimeMs: processSafetyTime,
      backup,
      why,
    })),
    alarms: type.alarms.map(({ name, priority, response }) => ({ name, priority, response })),
    phases: type.phases,
    capabilities: type.capabilities,
    analyses: type.analyses.map(({ name }) => name),
    page: type.page,
  };
}

function tagView(tag: TagDefinition, all: readonly TagDefinition[]): TagView {
  return {
    name: tag.name,
    title: tag.title,
    unitName: tag.unitName,
    valueType: tag.valueType,
    unit: tag.unit,
    range: tag.range,
    normal: tag.normal,
    states: tag.states,
    decimals: tag.decimals,
    critical: tag.critical,
    staleAfterMs: tag.staleAfter,
    historyEveryMs: tag.historyEvery,
    setpoint: setpointOf(tag, all)?.name ?? null,
    writableBy: tag.write?.roles ?? null,
    device: deviceOf(tag.source),
    analysis: tag.source.kind === 'analysis' ? tag.source.analysis : null,
  };
}

/**
 * The set point of a measured value, as ISA-5.1 names them: same unit, same first letter (the measured quantity) and loop
 * number, and `.SP`: `R201/TT-201A` has `R201/TIC-201.SP`.
 */
export function setpointOf(tag: TagDefinition, all: readonly TagDefinition[]): TagDefinition | null {
  const loop = loopOf(tag.name);
  if (loop === null || loop.suffix !== '') return null;
  const found = all.find((other) => {
    const its = loopOf(other.name);
    return its !== null && its.suffix === 'SP' && its.loop === loop.loop && other.unit === tag.unit;
  });
  return found ?? null;
}

function loopOf(name: string): Readonly<{ loop: string; suffix: string }> | null {
  const parts = /^([^/]+)\/([A-Z])[A-Z]*-(\d+)[A-Z]?(?:\.(.+))?$/.exec(name);
  if (parts === null) return null;
  const [, unit, quantity, number, suffix] = parts;
  return { loop: `${unit ?? ''}/${quantity ?? ''}-${number ?? ''}`, suffix: suffix ?? '' };
}
