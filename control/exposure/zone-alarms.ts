/** Says of each zone, as an alarm and in the record, that entry is stopped or that people have to leave it. */
import type { UtcMs } from '../../plant/clock.ts';
import { agents } from '../../plant/exposure.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { Now } from './book.ts';
import type { SiteZone } from '../../plant/skid/site-exposure.ts';
import { zoneEvent, type Remembered, type ZoneAction } from './events.ts';
import type { Finding, ZoneJudgement } from './zone-judge.ts';

type Words = Readonly<{ reason: string; agents: readonly string[] }>;
type Said = Readonly<{ stops: ReadonlySet<string>; evacuates: ReadonlySet<string> }>;

export class ZoneAlarms {
  readonly #standing: StandingAlarms;
  readonly #record: (event: PastEvent) => void;
  readonly #said = new Map<string, Said>();
  readonly #recalled = new Map<string, ZoneJudgement>();

  constructor(standing: StandingAlarms, record: (event: PastEvent) => void) {
    this.#standing = standing;
    this.#record = record;
  }

  /** Takes up what was said before a restart, in the order in which it was recorded. */
  recall({ zone, action, reason, agents: named }: Extract<Remembered, { kind: 'zone' }>): void {
    const { stops, evacuates } = this.#recalled.get(zone) ?? { stops: [], evacuates: [] };
    const text = `Before the restart: ${reason}`;
    const told = named.flatMap((agent) => (isAgent(agent) ? [{ agent, text }] : []));
    const both = {
      'entry-stopped': { stops: told, evacuates },
      'evacuation-called': { stops, evacuates: told },
      'evacuation-over': { stops, evacuates: [] },
      'entry-allowed': { stops: [], evacuates: [] },
    }[action];
    this.#recalled.set(zone, both);
    this.#said.set(zone, { stops: agentsOf([...both.stops, ...both.evacuates]), evacuates: agentsOf(both.evacuates) });
  }

  /** What stood at the restart. */
  recalled(): ReadonlyMap<string, ZoneJudgement> {
    return new Map([...this.#recalled].filter(([, { stops, evacuates }]) => stops.length + evacuates.length > 0));
  }

  say(zones: readonly SiteZone[], now: Now): void {
    for (const zone of zones) {
      const { stops = [], evacuates = [] } = now.zones.get(zone.name) ?? {};
      const before = this.#said.get(zone.name) ?? { stops: new Set(), evacuates: new Set() };
      const said = { stops: agentsOf(stops), evacuates: agentsOf(evacuates) };
      this.#said.set(zone.name, said);
      for (const agent of said.stops) this.#stand(zone, agent, stops, evacuates);
      for (const agent of before.stops)
        if (!said.stops.has(agent)) this.#standing.gone(`exposure.${zone.name}.${agent}`, null);
      this.#recordChange(zone, before, said, { stops, evacuates, at: now.at });
    }
  }

  #stand(zone: SiteZone, agent: string, stops: readonly Finding[], evacuates: readonly Finding[]): void {
    const leave = evacuates.some((finding) => finding.agent === agent);
    const cause = (leave ? evacuates : stops).find((finding) => finding.agent === agent)?.text ?? '';
    this.#standing.stand({
      id: `exposure.${zone.name}.${agent}`,
      skid: null,
      title: leave ? `Leave ${zone.title}: ${agent}` : `No entry to ${zone.title}: ${agent}`,
      priority: leave ? 1 : 2,
      cause,
      consequence: leave
        ? 'People breathe more than the limit allows.'
        : 'Whoever goes in may come above the limit before the shift ends.',
      response: leave
        ? 'Leave the zone at once, log that you have, and call whoever is responsible for safety.'
        : 'Keep out. Find where it comes from; whoever is inside leaves as soon as the work is safe.',
      respondWithinMs: leave ? 60_000 : 900_000,
    });
  }

  #recordChange(
    zone: SiteZone,
    before: Said,
    said: Said,
    { stops, evacuates, at }: Readonly<{ stops: readonly Finding[]; evacuates: readonly Finding[]; at: UtcMs }>,
  ): void {
    const over: Words = { reason: 'No cause stands any longer.', agents: [] };
    const record = (action: ZoneAction, what: Words): void => this.#record(zoneEvent(action, zone.name, what, at));
    if (isMore(before.stops, said.stops)) record('entry-stopped', wordsOf(stops));
    if (isMore(before.evacuates, said.evacuates)) record('evacuation-called', wordsOf(evacuates));
    if (before.evacuates.size > 0 && said.evacuates.size === 0) record('evacuation-over', over);
    if (before.stops.size > 0 && said.stops.size === 0) record('entry-allowed', over);
  }
}

const isAgent = (name: string): name is Finding['agent'] => ['mixture', ...agents].includes(name);
/** Another agent that joins is told as well. */
const isMore = (before: ReadonlySet<string>, now: ReadonlySet<string>): boolean =>
  [...now].some((agent) => !before.has(agent));
const agentsOf = (findings: readonly Finding[]): ReadonlySet<string> => new Set(findings.map(({ agent }) => agent));
const wordsOf = (findings: readonly Finding[]): Words => ({
  reason: [...new Set(findings.map(({ text }) => text))].join(' '),
  agents: [...agentsOf(findings)],
});
