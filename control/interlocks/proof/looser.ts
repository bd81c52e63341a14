/** What a definition does less than its envelope asks for: where, in words, and where it can be shown, as it would happen. */
import { demandRank, type Demand, type Measure } from '../../../plant/safe-state.ts';
import type { RowState } from '../step-row.ts';

/** What to do about any of it. */
export const stricter = 'Make it at least as strict, or have the envelope approved and signed anew.';

export type Finding = Readonly<{
  /** Keys in the skid file, from its head. */
  path: readonly (string | number)[];
  problem: string;
  remedy: string;
  /** The shortest stream of fields found that shows it, line by line. */
  trace?: readonly string[];
}>;

/** What a row does at one scan. */
export type Doing = Readonly<{
  demand: Demand;
  measures: readonly Measure[];
  warned: boolean;
  /** Channels are lost, or nothing is left to go by: a start is blocked. */
  impaired: boolean;
  /** The vote stands: a reset is refused. */
  present: boolean;
}>;

export const doingOf = ({ demand, measures, warned, tripped, lost, blind, staleTags, tripping }: RowState): Doing => ({
  demand,
  measures,
  warned: warned || tripped,
  impaired: lost !== 0 || blind || staleTags.length > 0,
  present: tripping || blind || staleTags.length > 0,
});

/** In what `actual` does less than `asked`, the gravest first; null where it does as much. */
export type Lack = 'demand' | 'measure' | 'warning' | 'doubt' | 'presence';

export function lackOf(actual: Doing, asked: Doing): Lack | null {
  if (demandRank(actual.demand) < demandRank(asked.demand)) return 'demand';
  if (asked.measures.some((one) => !actual.measures.includes(one))) return 'measure';
  if (asked.warned && !actual.warned && actual.demand === 'none') return 'warning';
  if (asked.impaired && !actual.impaired && actual.demand === 'none') return 'doubt';
  return asked.present && !actual.present ? 'presence' : null;
}

/** The same text where the same is done. */
export const doingKey = ({ demand, measures, warned, impaired, present }: Doing): string =>
  [demand, measures.join('+'), warned, impaired, present].join('|');

export function doingText({ demand, measures, warned, impaired, present }: Doing): string {
  const parts = [
    ...(demand === 'none' ? [] : [`demands ${demand}`]),
    ...measures.map((one) => `asks for "${one}"`),
    ...(demand === 'none' && warned ? ['warns'] : []),
    ...(demand === 'none' && impaired ? ['says that a channel is lost and blocks a start'] : []),
    ...(demand === 'none' && present ? ['sees the cause and counts its delay'] : []),
  ];
  return parts.length === 0 ? 'does nothing' : parts.join(', ');
}
