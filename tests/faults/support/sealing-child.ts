/**
 * A process that measures and seals until it is killed: the real room of telemetry over a real ledger, with windows of a second,
 * a scan every few milliseconds, and a unit that now and then ends and begins again. Arguments: the data folder, the batch, the first value.
 * Each line of its output is the number of the scan that was taken last.
 */
import { createTelemetry } from '../../../control/telemetry/index.ts';
import { openRecords } from '../../../control/records/ledger/records.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import { appendOf, newsOf, theSkid, viewOf } from './sealing-line.ts';
import { quickHasher, silentLog } from '../../control/records/support.ts';

const [folder = '', batch = '', first = '0', mode = 'run'] = process.argv.slice(2);
/** Five minutes of a window pass in a second. */
const faster = 300;
const scanEveryMs = 4;
const tellEveryMs = 50;

const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(Math.round(performance.timeOrigin + performance.now())),
  monotonic: () => monotonic(performance.now() * faster),
  process: () => processTime(performance.now()),
};
const stamp = () => ({ utc: clock.utc(), monotonic: clock.monotonic() });
const listener = { people: () => undefined, warning: () => undefined };
const records = await openRecords(folder, 'campaign', stamp(), listener, quickHasher());
const keeper = appendOf(records, stamp);
const telemetry = createTelemetry({ skids: [theSkid], records: keeper, dataFolder: folder, clock, log: silentLog });
await telemetry.start();

if (mode === 'recover') {
  telemetry.changed(viewOf(batch, clock.utc(), false));
  telemetry.changed(viewOf(batch, clock.utc(), true));
  await telemetry.stop();
  await records.close(stamp());
} else {
  let value = Number(first);
  telemetry.changed(viewOf(batch, clock.utc(), false));
  setInterval(() => {
    value += 1;
    telemetry.accept(newsOf(value, clock));
    if (value % 400 === 0) {
      telemetry.changed(viewOf(batch, clock.utc(), true));
      telemetry.changed(viewOf(batch, clock.utc(), false));
    }
  }, scanEveryMs);
  setInterval(() => process.stdout.write(`${value}\n`), tellEveryMs);
}
