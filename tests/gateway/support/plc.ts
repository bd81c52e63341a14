/** A field controller's register map over the test server: takes requests, steps, resets. Enough of one to be driven. */
import { encodePoint } from '../../../gateway/modbus/codec.ts';
import type { RegisterModel } from '../../../plant/device-model.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import type { Skid, SkidType } from '../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { skidName } from '../../../plant/sample.ts';
import { registerModelOf } from '../../support/register-model.ts';
import { ModbusServer } from './modbus-server.ts';
import { besideController, controllerTypeFile } from '../../support/fitted.ts';

export const cdse: SkidType = loadSkidType(controllerTypeFile, { without: besideController });
export const rig: SkidType = loadSkidType(`${shippedSkidFolder}/rig.yaml`);
export const plcModel: RegisterModel = registerModelOf(cdse.devices[0]?.model);

export const skidOf = (type: SkidType, port: number, name = 'QD-1'): Skid => ({
  name: skidName(name),
  title: name,
  type,
  links: [{ device: type.devices[0]!.name, protocol: 'modbus-tcp', host: '127.0.0.1', port, unitId: 1 }],
  twin: true,
});

export class Plc extends ModbusServer {
  /** Whether it follows what it is asked. */
  obeys = true;
  /** Whether its program runs; its registers are answered for anyway. */
  runs = true;
  #pulse = 0;

  constructor() {
    super();
    for (const tag of cdse.tags) {
      const point = tag.source.kind === 'point' ? tag.source.point : null;
      if (point?.via === 'register' && point.area === 'input') this.say(point.name, quiet(tag.unit, tag.range?.high));
    }
    this.step = 1;
    this.onWritten = () => this.#follow();
  }

  say(point: string, value: number): void {
    const definition = plcModel.points.find(({ name }) => name === point)!;
    if (definition.type === 'bool') return;
    if (Number.isNaN(value)) {
      this.input.set([0x7fc0, 0], definition.address);
      return;
    }
    const words = encodePoint({ ...definition, range: undefined! }, value);
    (definition.area === 'input' ? this.input : this.holding).set(words, definition.address);
  }

  get step(): number {
    return this.input[1]!;
  }

  set step(value: number) {
    this.input[1] = value;
  }

  get request(): number {
    return this.holding[1]!;
  }

  get heartbeat(): number {
    return this.holding[0]!;
  }

  /** Addresses that were written, other than the heartbeat. */
  get written(): readonly number[] {
    return this.requests.filter(({ code, address }) => code === 16 && address !== 0).map(({ address }) => address);
  }

  /** The matrix row of the first request since the last reset. */
  get firstOutRow(): number {
    return this.input[7]!;
  }

  protected override cycle(): void {
    if (this.runs) this.input[0]! += 1;
  }

  #follow(): void {
    if (!this.runs) return;
    const pulse = this.holding[2]!;
    const rising = this.#pulse === 0 && pulse !== 0;
    this.#pulse = pulse;
    if (!this.obeys) return;
    if (this.request > this.step || (this.request > 0 && this.step < 10)) this.step = this.request;
    if (this.request > 0 && this.firstOutRow === 0) this.input[7] = this.holding[5]!;
    this.input[6] = this.holding[4]!;
    if (rising && this.request === 0) this.step = this.input[7] = 0;
  }
}

const quiet = (unit: string | null, high = 0): number =>
  unit === '°C' ? 25 : unit === 'nm' ? (high > 100 ? 590 : 3.5) : 0;
