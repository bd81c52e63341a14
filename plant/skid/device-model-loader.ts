/** Reads and checks a device model of `gateway/devices/`: a register map as data. */
import type { Milliseconds } from '../clock.ts';
import {
  pointLength,
  type DeviceModel,
  type PointDefinition,
  type RegisterArea,
  type RowRing,
} from '../device-model.ts';
import { parseDuration, parseRange } from '../quantity.ts';
import { parseUnit, unitText } from '../units.ts';
import { checkController, checkForbidden, checkOverlaps, checkRing } from './device-model-checks.ts';
import { readRepairedForm } from './repair.ts';
import { deviceModelSchema, type DeviceModelFile, type PointFile } from './schema.ts';
import { Source, type Path } from './source.ts';

export const areas = ['holding', 'input', 'coil', 'discrete'] as const satisfies readonly RegisterArea[];

/** @throws MesolineError `device-model-invalid` with every fault of the file, each at `file:line` */
export function loadDeviceModel(file: string): DeviceModel {
  const source = new Source(file, 'device-model-invalid');
  const form = readRepairedForm(source, deviceModelSchema);
  const model = form === null ? null : readModel(source, form);
  source.throwFaults('device-model-invalid');
  if (model === null) throw new TypeError('a form that fits gave no model');
  return model;
}

function readModel(source: Source, form: DeviceModelFile): DeviceModel {
  const points = areas.flatMap((area) =>
    Object.entries(form.registers[area] ?? {}).map(([name, point]) => readPoint(source, form, area, name, point)),
  );
  const ring = form.ring === undefined ? undefined : readRing(source, form.ring);
  const model: DeviceModel = {
    model: form.model,
    title: form.title,
    protocol: form.protocol,
    period: duration(source, ['period'], form.period),
    timeout: duration(source, ['timeout'], form.timeout),
    longestRead: form.longestRead ?? 125,
    largestHole: form.largestHole ?? 0,
    forbidden: (form.forbidden ?? []).map(({ area, from, to }) => ({ area, from, to })),
    points,
    ...(form.controller === undefined ? {} : { controller: form.controller }),
    ...(ring === undefined ? {} : { ring }),
    digest: source.digest,
  };
  checkOverlaps(source, model);
  checkForbidden(source, model);
  if (model.controller !== undefined) checkController(source, model, model.controller);
  if (ring !== undefined) checkRing(source, model, ring, form.ring?.rows ?? 1);
  return model;
}

function duration(source: Source, path: Path, text: string): Milliseconds {
  const span = source.attempt(path, (where) => parseDuration(text, where)) ?? parseDuration('1 s');
  if (span === 0) source.fault(path, `${path.join(' > ')} is 0.`, 'Write a span longer than 0.');
  return span;
}

function readPoint(
  source: Source,
  form: DeviceModelFile,
  area: RegisterArea,
  name: string,
  point: PointFile,
): PointDefinition {
  const path = ['registers', area, name];
  checkPoint(source, path, area, point);
  const unit =
    point.unit === undefined
      ? null
      : source.attempt([...path, 'unit'], (where) => unitText(parseUnit(point.unit ?? '', where)));
  const range =
    point.range === undefined
      ? null
      : source.attempt([...path, 'range'], (where) => parseRange(point.range ?? '', where));
  const [scale, offset] = [point.scale ?? 1, point.offset ?? 0];
  if (range !== null && scale !== 0) {
    if (range.unit !== null && range.unit !== unit) {
      source.fault(
        [...path, 'range'],
        `The range is in ${range.unit}, the point in ${unit ?? 'no unit'}.`,
        'Write the range without a unit.',
      );
    }
    const raw = rawRange(point.type);
    const ends = [raw.low * scale + offset, raw.high * scale + offset];
    if (range.low < Math.min(...ends) || range.high > Math.max(...ends)) {
      source.fault(
        [...path, 'range'],
        `The range ${point.range ?? ''} is more than a ${point.type} at this scale can say (${Math.min(...ends)}..${Math.max(...ends)}).`,
        'Correct the range, the type or the scale.',
      );
    }
  }
  return {
    name,
    area,
    address: point.at,
    type: point.type,
    order: point.order ?? 'ABCD',
    ...(point.bit === undefined ? {} : { bit: point.bit }),
    scale,
    offset,
    unit,
    ...(range === null ? {} : { range: { low: range.low, high: range.high } }),
    access: point.write === true ? 'read-write' : 'read',
    source: point.source ?? form.source,
    verified: point.verified ?? form.verified,
  };
}

function checkPoint(source: Source, path: Path, area: RegisterArea, point: PointFile): void {
  const inBits = area === 'coil' || area === 'discrete';
  if (inBits && point.type !== 'bool')
    source.fault([...path, 'type'], `A ${area} holds one bit, not a ${point.type}.`, 'Use type bool.');
  if (inBits && point.bit !== undefined)
    source.fault([...path, 'bit'], `A ${area} has no bits to choose from.`, 'Leave "bit" out.');
  if (!inBits && point.type === 'bool' && point.bit === undefined)
    source.fault(path, 'A bool in a register needs its bit.', 'Add "bit", 0 the least significant.');
  if (point.type !== 'bool' && point.bit !== undefined)
    source.fault([...path, 'bit'], `A ${point.type} takes whole registers.`, 'Leave "bit" out, or use type bool.');
  if (point.write === true && (area === 'input' || area === 'discrete'))
    source.fault(
      [...path, 'write'],
      `Modbus cannot write the area "${area}".`,
      'Move it to holding or coil, or leave "write" out.',
    );
  if (point.write === true && point.type === 'bool' && !inBits)
    source.fault(
      [...path, 'write'],
      'One bit of a register cannot be written without its neighbours.',
      'Use a coil, or a uint16 of its own.',
    );
  if (point.scale === 0)
    source.fault(
      [...path, 'scale'],
      'A scale of 0 makes every value 0.',
      'Write the scale of the map, or leave it out.',
    );
  if (
    point.type === 'bool' &&
    (point.unit !== undefined || point.range !== undefined || point.scale !== undefined || point.offset !== undefined)
  ) {
    source.fault(path, 'A bool has no unit, range, scale or offset.', 'Leave them out.');
  }
  if (point.at + pointLength[point.type] > 65_536)
    source.fault([...path, 'at'], `A ${point.type} at ${point.at} ends beyond address 65535.`, 'Correct the address.');
}

function rawRange(type: PointFile['type']): Readonly<{ low: number; high: number }> {
  const integer = /^(u?)int(\d+)$/u.exec(type);
  if (integer === null)
    return type === 'float32' ? { low: -3.403e38, high: 3.403e38 } : { low: -Infinity, high: Infinity };
  const bits = Number(integer[2]);
  return integer[1] === 'u' ? { low: 0, high: 2 ** bits - 1 } : { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 };
}

function readRing(source: Source, ring: NonNullable<DeviceModelFile['ring']>): RowRing {
  return {
    newest: ring.newest,
    capacity: ring.capacity,
    ...(ring.epoch === undefined ? {} : { epoch: ring.epoch }),
    area: ring.area,
    base: ring.base,
    rowRegisters: ring.rowRegisters,
    order: ring.order ?? 'ABCD',
    sequence: ring.sequence,
    time: ring.time,
    values: Object.entries(ring.values).map(([name, { at, unit }]) => ({
      name,
      offset: at,
      unit:
        unit === undefined
          ? null
          : source.attempt(['ring', 'values', name, 'unit'], (where) => unitText(parseUnit(unit, where))),
    })),
    repeat: ring.repeat,
  };
}
