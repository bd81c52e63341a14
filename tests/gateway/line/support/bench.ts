/** One line device of a skid against a server in the test, and ways to wait for what it has read. */
import { FieldImage, type Reading } from '../../../../gateway/scan/field-image.ts';
import { LineDevice } from '../../../../gateway/line/line-device.ts';
import type { DriverContext } from '../../../../gateway/driver-context.ts';
import { systemTimers } from '../../../../gateway/timers.ts';
import { milliseconds } from '../../../../plant/clock.ts';
import type { LineModel, PointDefinition } from '../../../../plant/device-model.ts';
import { loadDeviceModel } from '../../../../plant/skid/device-model-loader.ts';
import { shippedDeviceModelFolder } from '../../../../plant/skid/folders.ts';
import { skidName } from '../../../../plant/sample.ts';
import type { DeviceLink, Skid, SkidType } from '../../../../plant/skid/definition.ts';
import { systemClock } from '../../../../plant/system-clock.ts';
import { silentLog } from '../../support/house.ts';

/** A shipped model at a pace that suits a test. */
export function shipped(name: string, pace: Partial<LineModel> = {}): LineModel {
  const model = loadDeviceModel(`${shippedDeviceModelFolder}/${name}.yaml`);
  if (model.protocol !== 'line') throw new Error(`${name} is no line model`);
  return { ...model, period: milliseconds(20), timeout: milliseconds(100), pause: milliseconds(0), ...pace };
}

export class Bench {
  readonly image: FieldImage;
  readonly device: LineDevice;
  readonly model: LineModel;
  readonly clock = systemClock();

  constructor(model: LineModel, port: number, more: Partial<DriverContext> = {}) {
    this.model = model;
    const link: DeviceLink = more.link ?? { device: 'D-1', protocol: 'tcp', host: '127.0.0.1', port };
    const type = { devices: [{ name: 'D-1', title: 'Device', model, watchdog: null, local: null }], tags: [] };
    const skid: Skid = {
      name: skidName('QD-1'),
      title: 'Line',
      type: type as unknown as SkidType,
      links: [link],
      twin: false,
    };
    this.image = new FieldImage(skid, this.clock.utc());
    this.device = new LineDevice(model, {
      skid,
      device: 'D-1',
      link,
      image: this.image,
      scan: { row: () => Promise.resolve() },
      samples: { append: () => Promise.resolve(), cursors: () => Promise.resolve([]) },
      spectra: { take: () => undefined, lose: () => undefined },
      reader: null,
      clock: this.clock,
      timers: systemTimers,
      random: () => 0,
      log: silentLog,
      ...more,
    } as DriverContext);
  }

  reading(point: string): Reading {
    return this.image.reading('D-1', point)!;
  }

  point(name: string): PointDefinition {
    return this.model.points.find((point) => point.name === name)!;
  }

  set(name: string, value: number | boolean): Promise<void> {
    const [group] = this.device.plan([{ point: this.point(name), value }]);
    return this.device.write(group!, () => null);
  }

  /** Settles when it holds; looked at every few milliseconds. */
  until(condition: () => boolean, what = condition.toString(), ms = 4000): Promise<void> {
    const end = Date.now() + ms;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (condition()) resolve();
        else if (Date.now() > end) reject(new Error(`${what} did not come`));
        else setTimeout(look, 3);
      };
      look();
    });
  }

  /** A whole round that began after now was taken in. */
  async round(): Promise<void> {
    const [first] = this.model.points;
    const before = this.clock.monotonic();
    await this.until(() => (this.reading(first!.name).at ?? 0) > before, 'the next round');
  }
}
