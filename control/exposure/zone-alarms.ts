/** Says of each zone, as an alarm and in the record, that entry is stopped or that people have to leave it. */
import type { UtcMs } from '../../plant/clock.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { Now } from './book.ts';
import type { SiteZone } from '../../plant/skid/site-exposure.ts';
import { zoneEvent } from './events.ts';
import type { Finding } from './zone-judge.ts';

type Said = Readonly<{ stops: ReadonlySet<string>; evacuates: ReadonlySet<string> }>;

export class ZoneAlarms {
  readonly #standing: StandingAlarms;
  readonly #record: (event: PastEvent) => void;
  readonly #said = new Map<string, Said>();

  constructor(standing: StandingAlarms, record: (event: PastEvent) => void) {
    this.#standing = standing;
    this.#record = record;
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
    if (before.stops.size === 0 && said.stops.size > 0)
      this.#record(zoneEvent('entry-stopped', zone.name, wordsOf(stops), at));
    if (before.evacuates.size === 0 && said.evacuates.size > 0)
      this.#record(zoneEvent('evacuation-called', zone.name, wordsOf(evacuates), at));
    if (before.evacuates.size > 0 && said.evacuates.size === 0)
      this.#record(zoneEvent('evacuation-over', zone.name, 'No cause stands any longer.', at));
    if (before.stops.size > 0 && said.stops.size === 0)
      this.#record(zoneEvent('entry-allowed', zone.name, 'No cause stands any longer.', at));
  }
}

const agentsOf = (findings: readonly Finding[]): ReadonlySet<string> => new Set(findings.map(({ agent }) => agent));
const wordsOf = (findings: readonly Finding[]): string => [...new Set(findings.map(({ text }) => text))].join(' ');
