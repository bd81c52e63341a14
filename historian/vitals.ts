/** The health of the rooms and the state of the links as series of history, so that a dashboard can draw them. */
import type { Clock } from '../plant/clock.ts';
import type { RoomHealth, RoomState } from '../plant/ports/room.ts';
import type { LinkView } from '../plant/ports/scan-consumer.ts';
import { good } from '../plant/quality.ts';
import { skidName, type Sample } from '../plant/sample.ts';
import { fullName } from './packing.ts';
import type { Series } from './point.ts';
import { healthMeasurement, linkMeasurement } from './schema.ts';

export type VitalSources = Readonly<{
  /** The site's name: the rooms' figures stand under it as a skid's tags do. */
  site: string;
  rooms: () => Readonly<Record<string, RoomHealth>>;
  links: () => Promise<readonly LinkView[]>;
}>;

/** As a number, for a dashboard: what is worse is greater. */
const states: Readonly<Record<RoomState, number>> = {
  ready: 0,
  starting: 1,
  stopping: 1,
  stopped: 1,
  degraded: 2,
  failed: 3,
};

export class Vitals {
  readonly #sources: VitalSources;
  readonly #clock: Clock;
  readonly #series = new Map<string, Series>();

  constructor(sources: VitalSources, clock: Clock) {
    this.#sources = sources;
    this.#clock = clock;
  }

  async take(): Promise<Readonly<{ series: readonly Series[]; samples: readonly Sample[] }>> {
    const samples: Sample[] = [];
    const now = this.#clock.utc();
    const add = (
      measurement: string,
      skid: string,
      device: string,
      figures: Readonly<Record<string, number>>,
    ): void => {
      for (const [figure, value] of Object.entries(figures)) {
        if (!Number.isFinite(value)) continue;
        const tag = fullName(this.#seriesOf(measurement, skid, device, figure));
        samples.push({ tag, value, quality: good, sourceTime: now, serverTime: now });
      }
    };
    for (const [room, { state, figures }] of Object.entries(this.#sources.rooms())) {
      add(healthMeasurement, this.#sources.site, room, { state: states[state], ...figures });
    }
    for (const link of await this.#sources.links()) {
      add(linkMeasurement, link.skid, link.device, {
        connected: Number(link.state === 'connected'),
        requests: link.requests,
        timeouts: link.timeouts,
        malformed: link.malformed,
        exceptions: link.exceptions,
        reconnects: link.reconnects,
        late: link.late,
        ...(link.latencyMs === null ? {} : { latencyMs: link.latencyMs }),
      });
    }
    return { series: [...this.#series.values()], samples };
  }

  #seriesOf(measurement: string, skid: string, device: string, figure: string): Series {
    const tag = `${measurement === linkMeasurement ? 'link' : 'health'}.${device}/${figure}`;
    const known = this.#series.get(`${skid}/${tag}`);
    if (known !== undefined) return known;
    const made: Series = { measurement, skid: skidName(skid), device, tag, field: figure, valueType: 'number' };
    this.#series.set(`${skid}/${tag}`, made);
    return made;
  }
}
