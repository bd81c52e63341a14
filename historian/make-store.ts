/** Makes the store that was chosen. What the others need is not loaded: a thread starts in a third of the time. */
import type { Clock } from '../plant/clock.ts';
import type { Log } from '../plant/log.ts';
import type { WorkerSetup } from './messages.ts';
import type { HistoryStore } from './store.ts';
import type { Wait } from './writer.ts';

export async function makeStore(
  { influx, dataFolder, rawDays }: WorkerSetup,
  clock: Clock,
  log: Log,
  wait: Wait,
): Promise<HistoryStore> {
  if (influx === 'embedded') {
    const { EmbeddedStore } = await import('./embedded/embedded-store.ts');
    return new EmbeddedStore(`${dataFolder}/history`, { rawDays });
  }
  const { givenServer, InfluxStore } = await import('./influx/influx-store.ts');
  const { OwnInfluxd } = await import('./influx/own-influxd.ts');
  const server =
    'url' in influx ? givenServer(influx.url) : new OwnInfluxd(influx.spawn, `${dataFolder}/influxdb`, log, wait);
  const organisation = 'url' in influx ? (influx.organisation ?? null) : null;
  return new InfluxStore(server, () => clock.utc(), { rawDays, organisation });
}

/** Null where none was named. */
export async function makeSink({ secondSink }: WorkerSetup, clock: Clock, log: Log) {
  if (secondSink === null) return null;
  const { SecondSink } = await import('./influx/second-sink.ts');
  return new SecondSink(secondSink, () => clock.utc(), log);
}
