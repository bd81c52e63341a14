/** The shipped skid type with as many more registers as make 120 of it, and what its field controller says while it is quiet. */
import { writeFileSync } from 'node:fs';
import { encodePoint } from '../../../gateway/modbus/codec.ts';
import { lengthOf, type RegisterModel, type RegisterPoint } from '../../../plant/device-model.ts';
import { localTag, skidName } from '../../../plant/sample.ts';
import type { Skid, SkidType, TagDefinition } from '../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { registerModelOf, registerPoint } from '../../support/register-model.ts';
import { besideController, controllerTypeFile } from '../../support/fitted.ts';

const registersOfSkid = 120;
const wordsInField = 1024;
const device = 'PLC-1';

const shipped = loadSkidType(controllerTypeFile, { without: besideController });
const shippedModel = registerModelOf(shipped.devices[0]?.model);

const used = (points: readonly RegisterPoint[]): ReadonlySet<string> =>
  new Set(
    points.flatMap((point) => Array.from({ length: lengthOf(point) }, (_, i) => `${point.area} ${point.address + i}`)),
  );

/** Every other register from 120 on: scattered, but within what a read takes. */
const more: readonly RegisterPoint[] = Array.from(
  { length: registersOfSkid - used(shippedModel.points).size },
  (_, i) => registerPoint({ name: `more ${i}`, area: 'input', address: 120 + 2 * i }),
);

/** Its holes are up to 9 registers wide, but for those that must not be touched. */
export const model: RegisterModel = { ...shippedModel, largestHole: 16, points: [...shippedModel.points, ...more] };

const tagOf = (point: RegisterPoint, i: number): TagDefinition => ({
  name: localTag(`X300/more-${i}`),
  title: point.name,
  unitName: 'X300',
  source: { kind: 'point', device, point },
  valueType: 'number',
  unit: null,
  range: null,
  normal: null,
  states: null,
  decimals: 0,
  critical: false,
  staleAfter: 2000 as TagDefinition['staleAfter'],
  historyEvery: 0 as TagDefinition['historyEvery'],
  deadband: 0,
  write: null,
});

const type: SkidType = {
  ...shipped,
  devices: shipped.devices.map((each) => (each.name === device ? { ...each, model } : each)),
  tags: [...shipped.tags, ...more.map(tagOf)],
};

export const skidAt = (port: number, number: number): Skid => ({
  name: skidName(`QD-${number}`),
  title: `Line ${number}`,
  type,
  links: [{ device, protocol: 'modbus-tcp', host: '127.0.0.1', port, unitId: 1 }],
  twin: true,
});

/** For the C server: the input registers as they begin, and the bits of each that change with every cycle. */
export function writeField(path: string): void {
  const image = new Uint16Array(wordsInField);
  const moving = new Uint16Array(wordsInField);
  for (const point of model.points) {
    if (point.area !== 'input') continue;
    const { address, type: form } = point;
    if (form !== 'bool') image.set(encodePoint(point, quiet(point)), address);
    // The least significant bits of a float32, and a count that counts.
    if (form === 'float32') moving[address + 1] = 0xff;
    else if (form === 'uint16' && point.range === undefined) moving[address] = 0x0f;
  }
  moving[addressOf(model.controller?.counter)] = 0xffff;
  const { step, measures, row } = model.controller ?? {};
  for (const still of [step, measures?.held, row?.first, 'firstOut', 'diverterPosition']) moving[addressOf(still)] = 0;
  image[addressOf('coolingOn')] = 1 << 5;
  const bytes = Buffer.alloc(4 * wordsInField);
  [...image, ...moving].forEach((word, i) => bytes.writeUInt16BE(word, 2 * i));
  writeFileSync(path, bytes);
}

function addressOf(name: string | undefined): number {
  const point = model.points.find((each) => each.name === name);
  if (point === undefined) throw new Error(`The field controller has no ${name ?? 'such point'}.`);
  return point.address;
}

/** Nothing that any interlock looks at. */
const quiet = ({ unit, range }: RegisterPoint): number =>
  unit === 'm/s'
    ? 0.6
    : unit === 'Pa'
      ? -30
      : unit === '°C'
        ? 25
        : unit === 'nm'
          ? (range?.high ?? 0) > 100
            ? 590
            : 3.5
          : 0;
