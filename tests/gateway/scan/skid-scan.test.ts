import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldWriter } from '../../../gateway/field-writer.ts';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { SkidScan } from '../../../gateway/scan/skid-scan.ts';
import { monotonic, processTime } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import type { ScanConsumer, ScanNews } from '../../../plant/ports/scan-consumer.ts';
import type { GuardScan, GuardVerdict } from '../../../plant/ports/scan-guard.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';
import { free, tripped, HandClock, HandTimers, silentLog } from '../support/house.ts';
import { cdse, rig, skidOf } from '../support/plc.ts';

function scanOf(type: SkidType, consumers: readonly ScanConsumer[] = [], log: Log = silentLog) {
  const clock = new HandClock();
  const skid = skidOf(type, 1);
  const image = new FieldImage(skid, clock.utc());
  const writer = new FieldWriter({
    name: skid.name,
    controller: null,
    image,
    lockedOut: () => null,
    clock,
    timers: new HandTimers(clock),
    log,
  });
  const scans: GuardScan[] = [];
  const order: string[] = [];
  const guard = {
    skid: skid.name,
    forces: () => new Map<LocalTag, number | boolean>(),
    step: (scan: GuardScan): GuardVerdict => {
      order.push('guard');
      scans.push(scan);
      return free;
    },
  };
  const told: ScanConsumer = { accept: () => order.push('consumer') };
  const scan = new SkidScan({
    skid,
    guard,
    image,
    writer,
    consumers: [told, ...consumers],
    blocks: () => [],
    batch: () => false,
    baselines: () => undefined,
    clock,
    log,
  });
  return { scan, scans, order, clock, guard };
}

describe('a scan', () => {
  it('shows the interlocks everything before anyone else is told', () => {
    const { scan, order } = scanOf(cdse);
    scan.tick();
    scan.tick();
    expect(order).toEqual(['guard', 'consumer', 'guard', 'consumer']);
  });

  it('goes on when one that is told of it fails, and says so once', () => {
    const news: ScanNews[] = [];
    const errors: string[] = [];
    const failing: ScanConsumer = {
      accept: () => {
        throw new Error('full');
      },
    };
    const log: Log = { ...silentLog, error: (_, message) => void errors.push(message) };
    const { scan } = scanOf(cdse, [failing, { accept: (each) => void news.push(each) }], log);
    scan.tick();
    scan.tick();
    expect(news.map(({ batch }) => batch.scan)).toEqual([1, 2]);
    expect(errors).toEqual(['One that is told of scans failed: full']);
  });

  it('lowers no demand where the interlocks fail: what they asked for last stands', () => {
    const news: ScanNews[] = [];
    const { scan, guard } = scanOf(cdse, [{ accept: (each) => void news.push(each) }]);
    guard.step = () => tripped('S', 9);
    scan.tick();
    guard.step = () => {
      throw new Error('out of order');
    };
    scan.tick();
    scan.tick();
    expect(news.map(({ verdict }) => verdict.demand)).toEqual(['S', 'S', 'S']);
    expect(news[2]?.verdict.causes.map(({ row }) => row)).toEqual([null, 9]);
  });

  it('runs on the process clock', () => {
    const { scan, scans, clock } = scanOf(cdse);
    scan.tick();
    expect(scans[0]?.process).toBe(clock.process());
  });

  it('counts from when its turn was due, so that a delay that begins with a late scan is no longer and at most one scan shorter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 99.9, noNaN: true }), { minLength: 2, maxLength: 30 }),
        (lateness) => {
          const { scan, scans, clock } = scanOf(cdse);
          const begun = clock.now;
          const at = lateness.map((late, turn) => {
            clock.now = begun + turn * 100 + late;
            scan.tick(monotonic(begun + turn * 100));
            return clock.now;
          });
          const [first = 0] = scans.map(({ process }) => process);
          scans.forEach(({ process }, turn) => {
            expect(process - first).toBeCloseTo(turn * 100, 6);
            expect(Math.abs(process - first - ((at[turn] ?? 0) - (at[0] ?? 0)))).toBeLessThan(101);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('that the next has overtaken, or that is a whole period late, counts as the next: process time never goes back', () => {
    const { scan, scans, clock } = scanOf(cdse);
    const begun = clock.now;
    const tick = (due: number, at: number): void => {
      clock.now = begun + at;
      scan.tick(monotonic(begun + due));
    };
    tick(0, 0);
    tick(100, 100);
    tick(300, 301);
    tick(200, 340);
    tick(400, 520);
    tick(500, 530);
    tick(600, 600);
    expect(scans.map(({ process }) => Math.round(process - (scans[0]?.process ?? 0)))).toEqual([
      0, 100, 300, 300, 500, 500, 600,
    ]);
  });

  it('of a recorded skid runs in recorded time, and not twice for one row', () => {
    const { scan, scans } = scanOf(rig);
    scan.tick();
    scan.row(processTime(5000));
    scan.row(processTime(6000));
    scan.tick();
    scan.tick();
    expect(scans.map(({ process }) => process)).toEqual([0, 5000, 6000, 6000]);
  });
});
