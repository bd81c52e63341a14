import { describe, expect, it } from 'vitest';
import type { ToWorker } from '../../../gateway/opcua/worker/messages.ts';
import { unpack, type ShownValue } from '../../../gateway/opcua/live/packed-values.ts';
import { levelOf } from '../../../gateway/opcua/plan/level-of.ts';
import { SiteNews } from '../../../gateway/opcua/live/site-news.ts';
import { planSkid } from '../../../gateway/opcua/plan/space-plan.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import { monotonic, processTime, utcMs } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import type { LinkView, ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { badNoCommunication, uncertainLastUsableValue } from '../../../plant/quality.ts';
import { skidName } from '../../../plant/sample.ts';
import { HandClock } from '../support/house.ts';
import { analyserSkid } from './support/analyser-skid.ts';
import { batchViewOf as batchOf } from '../../support/batch-view.ts';
import { linkOf, spectrumOf } from './support/news.ts';

const plan = planSkid(analyserSkid('QD-1'));
const ids = [...plan.tags, ...plan.facts].map(({ nodeId }) => nodeId);
const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };

/** A worker that takes every message at once, and what it knows. */
class Told {
  readonly values = new Map<string, ShownValue>();
  readonly qualities = new Map<string, number>();
  readonly others: ToWorker[] = [];
  told = 0;

  listen(news: SiteNews): this {
    news.attach((message) => {
      this.told += 1;
      if (message.kind !== 'values') this.others.push(message);
      else {
        for (const packed of message.skids) {
          unpack(packed, (number, value, quality) => {
            this.values.set(ids[number]!, value);
            this.qualities.set(ids[number]!, quality);
          });
        }
      }
      if (message.kind !== 'service-level') queueMicrotask(() => news.taken());
    });
    return this;
  }
}

const site = (links: readonly LinkView[] = [], batches: readonly BatchView[] = []): SiteNews =>
  new SiteNews({
    skids: [plan],
    clock: new HandClock(),
    log,
    field: { links: () => Promise.resolve(links) },
    batches: { batches: () => Promise.resolve(batches) },
  });

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const scan = (more: Partial<ScanNews> = {}): ScanNews => ({
  batch: {
    skid: skidName('QD-1'),
    scan: 1,
    utc: utcMs(1),
    monotonic: monotonic(1),
    process: processTime(1),
    samples: [],
  },
  verdict: { demand: 'none', causes: [], releasing: false },
  fieldDemand: 'none',
  blocks: [],
  ...more,
});

describe('what keeps a skid from being commanded', () => {
  const block = { kind: 'local', message: 'PLC-1 is switched to Local.', by: null, since: null } as const;

  it('is said of the skid, of each device, and ends with the next scan', () => {
    const news = site();
    const told = new Told().listen(news);
    news.accept(
      scan({
        blocks: [
          { ...block, device: 'PLC-1' },
          { ...block, device: null, kind: 'locked out' },
        ],
      }),
    );
    expect(told.values.get('QD-1.Devices/PLC-1.Local')).toBe(true);
    expect(told.values.get('QD-1.Devices/PLC-1.Blocks')).toEqual(['PLC-1 is switched to Local.']);
    expect(told.values.get('QD-1.Devices/RAM-7.Local')).toBe(false);
    expect([told.values.get('QD-1.Local'), told.values.get('QD-1.LockedOut')]).toEqual([false, true]);
    news.accept(scan());
    expect(told.values.get('QD-1.Devices/PLC-1.Local')).toBe(false);
    expect(told.values.get('QD-1.LockedOut')).toBe(false);
  });

  it('is uncertain where the switch cannot be read', () => {
    const news = site();
    const told = new Told().listen(news);
    news.accept(scan({ blocks: [{ ...block, device: null, doubtful: true }] }));
    expect(told.values.get('QD-1.Local')).toBe(true);
    expect(told.qualities.get('QD-1.Local')).toBe(uncertainLastUsableValue);
  });
});

describe('the interlocks', () => {
  it('say what they ask, why, and that the field does not answer', () => {
    const news = site();
    const told = new Told().listen(news);
    const causes = [{ row: 12, title: 'Temperature high', message: '201 °C' }];
    news.accept(scan({ verdict: { demand: 'S', causes, releasing: false }, fieldDemand: null }));
    expect(told.values.get('QD-1.Interlocks.Demand')).toBe(4);
    expect(told.values.get('QD-1.Interlocks.Causes')).toEqual(['Row 12 Temperature high']);
    expect(told.qualities.get('QD-1.Interlocks.FieldDemand')).toBe(badNoCommunication);
  });
});

describe('a batch', () => {
  it('is shown as it was found, as it changes, and no more once it is archived', async () => {
    const news = site([], [batchOf('QD-1', { id: 'B-0', archived: true }), batchOf('QD-1')]);
    const told = new Told().listen(news);
    await settled();
    expect(told.values.get('QD-1.Batch.Id')).toBe('B-1');
    expect(told.values.get('QD-1.Batch.PackMLState')).toBe(6);
    news.changed(batchOf('QD-1', { state: 'Held', message: 'It leaks.' }));
    news.accept(scan());
    expect([told.values.get('QD-1.Batch.PackMLState'), told.values.get('QD-1.Batch.Message')]).toEqual([
      11,
      'It leaks.',
    ]);
    news.changed(batchOf('QD-1', { id: 'B-0', archived: true, signed: true }));
    news.accept(scan());
    expect(told.values.get('QD-1.Batch.Id')).toBe('B-1');
    news.changed(batchOf('QD-1', { state: 'Complete', archived: true }));
    news.accept(scan());
    expect([told.values.get('QD-1.Batch.Id'), told.values.get('QD-1.Batch.PackMLState')]).toEqual(['', 4]);
  });
});

describe('a device', () => {
  it('says what it is, how it is reached, and doubts the former while it is lost', async () => {
    const told = new Told().listen(site([linkOf('QD-1', 'PLC-1'), linkOf('QD-1', 'RAM-7', { state: 'lost' })]));
    await settled();
    expect(told.values.get('QD-1.Devices/PLC-1.SerialNumber')).toBe('4711');
    expect(told.values.get('QD-1.Devices/PLC-1.DeviceHealth')).toBe(0);
    expect(told.values.get('QD-1.Devices/RAM-7.DeviceHealth')).toBe(1);
    expect(told.qualities.get('QD-1.Devices/RAM-7.SerialNumber')).toBe(uncertainLastUsableValue);
    expect(told.qualities.get('QD-1.Devices/RAM-7.DeviceState/CurrentState')).toBe(badNoCommunication);
  });

  it('that is lost takes from the service level', async () => {
    expect([levelOf(4, 0), levelOf(4, 1), levelOf(4, 4), levelOf(0, 0)]).toEqual([255, 175, 100, 255]);
    const told = new Told().listen(site([linkOf('QD-1', 'PLC-1'), linkOf('QD-1', 'RAM-7', { state: 'lost' })]));
    await settled();
    expect(told.others).toEqual([{ kind: 'service-level', level: 150 }]);
  });
});

describe('a worker that is new', () => {
  it('is told everything anew, and the one before nothing any more', async () => {
    const news = site([linkOf('QD-1', 'PLC-1')]);
    const before = new Told().listen(news);
    news.changed(batchOf('QD-1'));
    news.acceptSpectrum(spectrumOf('QD-1', [1, 2, 3]));
    news.loseSpectrum({
      skid: skidName('QD-1'),
      name: spectrumOf('QD-1', []).name,
      quality: badNoCommunication,
      serverTime: utcMs(9),
    });
    await settled();
    news.detach();
    const { told } = before;
    news.accept(scan());
    expect(before.told).toBe(told);
    const after = new Told().listen(news);
    await settled();
    expect(after.values.get('QD-1.Batch.Id')).toBe('B-1');
    expect(after.values.get('QD-1.Devices/PLC-1.SerialNumber')).toBe('4711');
    expect(after.others.map(({ kind }) => kind)).toEqual(['spectrum', 'spectrum-lost', 'service-level']);
  });

  it('hears of what does not change once', async () => {
    const news = site([linkOf('QD-1', 'PLC-1')]);
    const told = new Told().listen(news);
    await settled();
    told.values.clear();
    news.look();
    news.accept(scan());
    await settled();
    told.values.clear();
    news.look();
    news.accept(scan());
    await settled();
    expect([...told.values.keys()]).toEqual([]);
  });
});
