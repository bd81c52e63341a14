/** History brought from one store to another, with no service: for whoever moves house, or fills a gap. */
import type { UtcMs } from '../../plant/clock.ts';
import { EmbeddedStore } from '../embedded/embedded-store.ts';
import { givenServer, InfluxStore } from '../influx/influx-store.ts';
import type { HistoryStore } from '../store.ts';

export { seriesOf } from '../schema.ts';
export { fillGaps, type Filled } from './fill.ts';
export { migrateHistory, type Migrated } from './migrate.ts';

/** The embedded store in a data folder that no service holds. */
export const embeddedIn = (dataFolder: string, rawDays: number | null): EmbeddedStore =>
  new EmbeddedStore(`${dataFolder}/history`, { rawDays });

export const influxAt = (
  url: string,
  utc: () => UtcMs,
  rawDays: number | null,
  organisation: string | null,
): HistoryStore => new InfluxStore(givenServer(url), utc, { rawDays, organisation });
