/** Whether people may go into a zone, and whether they have to leave it. Pure. */
import type { Agent, ExposureLimit, Interval } from '../../plant/exposure.ts';
import type { Acts, JudgedPerson } from './lines.ts';

export type ZoneAirNow = Readonly<{
  agent: Agent;
  /** Highest since a quarter of an hour: an evacuation is not called off by one good reading. */
  highest: Interval;
  /** Mean over the last 15 min. */
  mean: Interval;
  /** For how long nothing Good was read. */
  unknownForMs: number;
}>;

export type ZonePerson = Readonly<{
  personId: string;
  printedName: string;
  /** In the zone now. */
  inside: boolean;
  /** In it at any time of the shift. */
  wasInside: boolean;
  judged: JudgedPerson;
}>;

export type ZoneJudgement = Readonly<{
  /** In order of weight; the first is told to whoever wants in. */
  stops: readonly Finding[];
  evacuates: readonly Finding[];
}>;
export type Finding = Readonly<{ agent: Agent | 'mixture'; text: string }>;

export function judgeZone(
  air: readonly ZoneAirNow[],
  people: readonly ZonePerson[],
  limits: readonly ExposureLimit[],
  unknownCountsAfterMs: number,
): ZoneJudgement {
  const stops: Finding[] = [];
  const evacuates: Finding[] = [];
  for (const one of air) {
    const unknown = one.unknownForMs > unknownCountsAfterMs;
    const counted = (value: Interval): number => (unknown ? value.upper : value.lower);
    const said = unknown ? ' (not known: counted by its upper bound)' : '';
    for (const limit of limits.filter(({ agent }) => agent === one.agent)) {
      const words = `${limit.agent} ${limit.kind} ${limit.value} ${limit.unit} (${limit.jurisdiction}${signedText(limit.approved)})`;
      const short = limit.kind === 'ceiling' || limit.kind === 'STEL';
      const value = counted(limit.averagedOverMin === null ? one.highest : one.mean);
      const text = `${words}: ${figure(value)} ${limit.unit} in the air${said}.`;
      if (short && value >= limit.value) evacuates.push({ agent: one.agent, text });
      else if (!short && value >= limit.value) stops.push({ agent: one.agent, text });
    }
  }
  for (const { printedName, inside, wasInside, judged } of people) {
    if (!wasInside) continue;
    for (const { agent, text, acts } of findingsOf(printedName, judged)) {
      stops.push({ agent, text });
      if (acts === 'evacuate' && inside) evacuates.push({ agent, text });
    }
  }
  return { stops: [...evacuates, ...stops], evacuates };
}

/** What a person has reached, and what that asks for. */
function findingsOf(printedName: string, { lines, mixture }: JudgedPerson): readonly (Finding & { acts: Acts })[] {
  const found = lines.flatMap(({ line, acts }) => {
    if (acts === 'nothing') return [];
    const what = acts === 'evacuate' ? `the ${line.kind} limit` : 'the action level';
    const indicative = line.basis === 'indicative' ? ', indicative' : '';
    // What was unknown for too long acts by its upper bound: it may be so, and the words say no more.
    const sure = line.state === 'limit' || (line.state === 'action level' && acts === 'stop entry');
    const text = `${printedName} ${sure ? 'has' : 'may have'} reached ${what} of ${line.agent} (${line.jurisdiction}${signedText(line.approved)}${indicative}) in this shift.`;
    return [{ agent: line.agent, text, acts }];
  });
  if (mixture?.acts !== 'evacuate') return found;
  const are = mixture.state === 'limit' ? 'are' : 'may be';
  const text = `For ${printedName} agents that act alike ${are} together over their limits${signedText(mixture.approved)}.`;
  return [...found, { agent: 'mixture' as const, text, acts: 'evacuate' as const }];
}

/** Why a person may go into no zone at all; null where they may. */
export const ownStop = (printedName: string, judged: JudgedPerson): string | null =>
  findingsOf(printedName, judged)[0]?.text ?? null;

const signedText = (approved: boolean): string => (approved ? '' : ', not approved');

export const figure = (value: number): string => (value === 0 ? '0' : value.toPrecision(3));
