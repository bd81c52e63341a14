/** The line that the killed process measures: a few tags, one of which counts the scans. */
import { join } from 'node:path';
import type { Records } from '../../../control/records/ledger/records.ts';
import type { Stamp } from '../../../control/records/format/event-body.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { Clock, UtcMs } from '../../../plant/clock.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { good } from '../../../plant/quality.ts';
import { skidName, tagName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

export const skid = skidName('QD-1');
const whole = loadSkidType(join(shippedSkidFolder, 'cdse.yaml'));
const numbers = whole.tags.filter(({ valueType }) => valueType === 'number').slice(0, 20);
export const theSkid: Skid = { name: skid, title: 'Line', type: { ...whole, tags: numbers }, links: [], twin: true };

/** Counts the scans. */
export const counting = tagName(skid, numbers[0]!.name);

export const viewOf = (batch: string, at: UtcMs, ended: boolean): BatchView =>
  ({ id: batch, units: [{ skid, startedAt: at, endedAt: ended ? at : null, givenUp: false }] }) as unknown as BatchView;

export function newsOf(value: number, clock: Clock): ScanNews {
  const [utc, now, process] = [clock.utc(), clock.monotonic(), clock.process()];
  const samples = numbers.map(({ name }, index) => ({
    tag: tagName(skid, name),
    value: index === 0 ? value : Math.fround(Math.sin(value * index)),
    quality: good,
    sourceTime: utc,
    serverTime: utc,
  }));
  return {
    batch: { skid, scan: value, utc, monotonic: now, process, samples },
    verdict: { demand: 'none', causes: [], releasing: false },
    fieldDemand: null,
    blocks: [],
  };
}

export const appendOf = (records: Records, stamp: () => Stamp): RecordKeeper => ({
  append: (event) => records.append(event, stamp()),
  read: (scope, from, limit) => Promise.resolve(records.read(scope, from, limit)),
  scopes: (prefix) => Promise.resolve(records.scopes(prefix)),
});
