/** What must hold between the parts of a device model: no two points in one register, words that exist, rows that fit. */
import {
  lengthOf,
  type ControllerWords,
  type RegisterModel,
  type RegisterPoint,
  type RowRing,
} from '../device-model.ts';
import { didYouMean } from '../suggest.ts';
import type { Path, Source } from './source.ts';

const pathOf = (point: RegisterPoint): Path => ['registers', point.area, point.name];
const lastOf = (point: RegisterPoint): number => point.address + lengthOf(point) - 1;
const spanOf = (point: RegisterPoint): string =>
  lastOf(point) === point.address ? String(point.address) : `${point.address} to ${lastOf(point)}`;

const whole = 0xffff;

/** Which bits of its register a point takes, as a mask. */
function bitsOf({ bit, bits }: RegisterPoint): number {
  if (bit !== undefined) return 2 ** bit;
  return bits === undefined ? whole : 2 ** (bits.to + 1) - 2 ** bits.from;
}

export function checkOverlaps(source: Source, model: RegisterModel): void {
  const byAddress = [...model.points].sort((one, other) => one.address - other.address);
  byAddress.forEach((point, i) => {
    for (const before of byAddress.slice(0, i)) {
      if (before.area !== point.area || lastOf(before) < point.address) continue;
      // Parts of one register.
      if (before.address === point.address && (bitsOf(before) & bitsOf(point)) === 0) continue;
      const where = source.where(pathOf(before)).slice(source.file.length + 1);
      source.fault(
        pathOf(point),
        `${point.name} takes ${point.area} ${spanOf(point)}, which overlaps ${before.name} (${spanOf(before)}, line ${where}).`,
        bitsOf(point) !== whole && bitsOf(before) !== whole
          ? 'Give it other bits.'
          : 'Correct the address or the type.',
      );
    }
  });
  const names = new Map<string, RegisterPoint>();
  for (const point of model.points) {
    const first = names.get(point.name);
    if (first !== undefined)
      source.fault(pathOf(point), `The point ${point.name} stands in ${first.area} too.`, 'Rename one of them.');
    else names.set(point.name, point);
    if (lengthOf(point) > model.longestRead) {
      source.fault(
        pathOf(point),
        `A ${point.type} is longer than the longest read of ${model.longestRead}.`,
        'Raise longestRead.',
      );
    }
  }
}

export function checkForbidden(source: Source, model: RegisterModel): void {
  model.forbidden.forEach(({ area, from, to }, i) => {
    if (from > to) source.fault(['forbidden', i], `It runs from ${from} to ${to}.`, 'Write the lower address first.');
    for (const point of model.points) {
      if (point.area !== area || lastOf(point) < from || point.address > to) continue;
      source.fault(
        pathOf(point),
        `${point.name} takes ${area} ${spanOf(point)}, and ${from} to ${to} are forbidden.`,
        'Correct the address; what is forbidden may not be read.',
      );
    }
  });
}

type WordPoint = Readonly<{ path: readonly string[]; name: string; written: boolean }>;

function pointsOfController(words: ControllerWords): readonly WordPoint[] {
  const { request, heartbeat, reset, step, counter, measures, row, diverter, flush } = words;
  return [
    { path: ['request'], name: request, written: true },
    { path: ['heartbeat'], name: heartbeat, written: true },
    { path: ['reset'], name: reset, written: true },
    { path: ['step'], name: step, written: false },
    { path: ['counter'], name: counter, written: false },
    ...(measures === undefined
      ? []
      : [
          { path: ['measures', 'request'], name: measures.request, written: true },
          { path: ['measures', 'held'], name: measures.held, written: false },
        ]),
    ...(row === undefined
      ? []
      : [
          { path: ['row', 'request'], name: row.request, written: true },
          { path: ['row', 'first'], name: row.first, written: false },
        ]),
    ...(diverter === undefined ? [] : [{ path: ['diverter', 'request'], name: diverter.request, written: true }]),
    ...(flush === undefined ? [] : [{ path: ['flush', 'request'], name: flush.request, written: true }]),
  ];
}

export function checkController(source: Source, model: RegisterModel, words: ControllerWords): void {
  const names = model.points.map(({ name }) => name);
  for (const { path: at, name, written } of pointsOfController(words)) {
    const path = ['controller', ...at];
    const word = at.join(' ');
    const point = model.points.find((each) => each.name === name);
    if (point === undefined) {
      source.fault(
        path,
        `The controller's ${word} is the point "${name}", which does not exist.`,
        didYouMean(name, names, 'Name a point of "registers".'),
      );
    } else if (point.type !== 'uint16' || point.scale !== 1 || point.offset !== 0) {
      source.fault(
        path,
        `The controller's ${word} is a scaled value or a ${point.type}.`,
        'Use a uint16 without scale.',
      );
    } else if (written && point.access !== 'read-write') {
      source.fault(
        path,
        `The controller's ${word} (${point.name}) cannot be written.`,
        'Add "write: true" to the point.',
      );
    }
  }
  const bits = Object.values(words.measures?.bits ?? {});
  if (new Set(bits).size !== bits.length) {
    source.fault(
      ['controller', 'measures', 'bits'],
      `The bits of the measures are ${bits.join(', ')}.`,
      'Give each measure a bit of its own, from 0 to 15.',
    );
  }
  const requests = Object.values(words.requests);
  if (new Set(requests).size !== requests.length || requests.some((value) => value < 0 || value > 65_535)) {
    source.fault(
      ['controller', 'requests'],
      `The requests are ${requests.join(', ')}.`,
      'Give each safe state a number of its own, from 0 to 65535.',
    );
  }
  words.steps.forEach(({ value }, i) => {
    if (words.steps.findIndex((step) => step.value === value) === i) return;
    source.fault(['controller', 'steps', i], `The step ${value} stands twice.`, 'Give each step a number of its own.');
  });
  for (const demand of ['none', 'H', 'S', 'E'] as const) {
    if (words.steps.some((step) => step.demand === demand)) continue;
    source.fault(
      ['controller', 'steps'],
      `No step belongs to the demand "${demand}", so it could never be confirmed.`,
      'Add its step.',
    );
  }
}

/** @param rows how many rows the ring holds at most */
export function checkRing(source: Source, model: RegisterModel, ring: RowRing, rows: number): void {
  for (const key of ['newest', 'capacity', 'epoch'] as const) {
    const named = ring[key];
    if (named === undefined) continue;
    const point = model.points.find(({ name }) => name === named);
    if (point === undefined) {
      source.fault(
        ['ring', key],
        `The ring's ${key} is the point "${named}", which does not exist.`,
        didYouMean(
          named,
          model.points.map(({ name }) => name),
          'Name a point of "registers".',
        ),
      );
    } else if (point.type !== 'uint32' && key !== 'epoch')
      source.fault(['ring', key], `${point.name} is a ${point.type}.`, 'Use a uint32.');
  }
  const parts = [
    { path: ['ring', 'sequence'], at: ring.sequence, length: 2 },
    { path: ['ring', 'time'], at: ring.time, length: 4 },
    ...ring.values.map(({ name, offset }) => ({ path: ['ring', 'values', name], at: offset, length: 4 })),
    { path: ['ring', 'repeat'], at: ring.repeat, length: 2 },
  ].sort((one, other) => one.at - other.at);
  parts.forEach(({ path, at, length }, i) => {
    const before = parts[i - 1];
    if (before !== undefined && before.at + before.length > at) {
      source.fault(
        path,
        `It starts at ${at}, within ${before.path.slice(1).join(' > ')} (${before.at} to ${before.at + before.length - 1}).`,
        'Correct the offset.',
      );
    }
    if (at + length > ring.rowRegisters)
      source.fault(
        path,
        `It ends at ${at + length - 1}, and a row has ${ring.rowRegisters} registers.`,
        'Correct the offset or rowRegisters.',
      );
  });
  if (ring.rowRegisters > model.longestRead) {
    source.fault(
      ['ring', 'rowRegisters'],
      `A row of ${ring.rowRegisters} registers is longer than the longest read of ${model.longestRead}.`,
      'Raise longestRead: a row is read whole.',
    );
  }
  const end = ring.base + rows * ring.rowRegisters - 1;
  if (end > 65_535)
    source.fault(
      ['ring', 'rows'],
      `${rows} rows end at address ${end}.`,
      `Use at most ${Math.floor((65_536 - ring.base) / ring.rowRegisters)} rows.`,
    );
  for (const point of model.points) {
    if (point.area !== ring.area || lastOf(point) < ring.base || point.address > end) continue;
    source.fault(
      pathOf(point),
      `${point.name} lies within the ring (${ring.base} to ${end}).`,
      'Move it before the ring.',
    );
  }
}
