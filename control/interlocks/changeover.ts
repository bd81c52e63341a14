/** Changeover: no batch, feeds isolated, cold, without pressure; entered by command, and gone after a restart (safety.md §2). Pure. */
import type { Evaluated } from '../../plant/expression.ts';
import type { Actor } from '../../plant/people.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import { bad, goodLocalOverride, isGood } from '../../plant/quality.ts';
import { asksField } from '../../plant/safe-state.ts';
import { lookupIn } from './lookup.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { PreparedSkid } from './prepare.ts';
import type { GuardState } from './state.ts';
import { eventOf, refusal, type WorkStep } from './work.ts';

/** A pump is known by its name in the plant: `F100/P101.run`. */
const pumpRuns = /\/P\d+\.run$/;
/** A thermometer by its ISA letters: stage 1 and the outlet are wetted too, though no row stands on them. */
const thermometer = /\/TT-/;
const coldC = 90;
const withoutFlowMlPerMin = 0.5;
const withoutPressureBarG = 0.5;

export function admitChangeover(
  skid: PreparedSkid,
  state: GuardState,
  scan: GuardScan,
  to: 'enter' | 'leave',
  actor: Actor,
): WorkStep {
  if (to === 'leave') {
    if (!state.changeover) return refusal(state, 'The skid is not in changeover.');
    const event = eventOf('changeover-left', null, 'The rows of running hold again.', actor);
    return { state: { ...state, changeover: false }, events: [event], refusedBy: [] };
  }
  if (state.changeover) return refusal(state, 'The skid is in changeover already.');
  const refusedBy = [...againstRest(skid, scan)];
  if (asksField(state.verdict.demand)) {
    refusedBy.push(`The interlocks demand ${state.verdict.demand}: ${state.verdict.causes[0]?.message ?? ''}`);
  }
  if (refusedBy.length > 0) return refusal(state, ...refusedBy);
  const event = eventOf('changeover-entered', null, 'No batch, no feed, cold and without pressure.', actor);
  return { state: { ...state, changeover: true }, events: [event], refusedBy: [] };
}

/**
 * What of the skid is not at rest, each with its live value: a batch, a pump, a feed, heat, pressure. What is not known is not at
 * rest, and an input that is held at a value says nothing of the skid.
 */
export function againstRest(skid: PreparedSkid, scan: GuardScan): readonly string[] {
  const lookup = (tag: LocalTag): Evaluated => known(lookupIn(scan.samples)(tag));
  const refusedBy: string[] = scan.batch ? ['A batch is on the skid.'] : [];
  const check = (tag: string, unit: string, said: Evaluated, isAtRest: (value: number) => boolean): void => {
    const { value, quality } = said;
    if (isGood(quality) && typeof value === 'number' && isAtRest(value)) return;
    refusedBy.push(
      typeof value === 'number' && isGood(quality)
        ? `${tag} is ${Number(value.toFixed(1))} ${unit}.`
        : `${tag} is not known.`,
    );
  };
  for (const tag of skid.temperatures) check(tag, '°C', lookup(tag), (celsius) => celsius < coldC);
  for (const { name, unit, source, write, critical } of skid.tags.values()) {
    if (source.kind !== 'point' || write !== null) continue;
    if (unit === '°C' && thermometer.test(name) && !skid.temperatures.includes(name))
      check(name, unit, lookup(name), (celsius) => celsius < coldC);
    if (pumpRuns.test(name)) refusedBy.push(...runs(name, lookup(name)));
    if (unit === 'mL/min') check(name, unit, lookup(name), (flow) => flow < withoutFlowMlPerMin);
    if (unit === 'bar(g)' && critical) check(name, unit, lookup(name), (bar) => bar < withoutPressureBarG);
  }
  return refusedBy;
}

function runs(tag: LocalTag, { value, quality }: Evaluated): readonly string[] {
  if (!isGood(quality) || value === null) return [`Whether ${tag} is on is not known.`];
  return value === false || value === 0 ? [] : [`${tag} is on: the pump runs.`];
}

const known = (said: Evaluated): Evaluated =>
  said.quality === goodLocalOverride ? { value: null, quality: bad } : said;
