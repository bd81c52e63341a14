/**
 * The field devices with a link of their own beside the field controller, as register banks: what they serve comes from the
 * readings of the line.
 */
import { mesolineError } from '../../plant/errors.ts';
import type { RegisterModel, RegisterPoint } from '../../plant/device-model.ts';
import { illegalDataAddress, type RegisterBank } from '../modbus/bank.ts';
import { createPointBank } from '../modbus/point-bank.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import type { Readings } from '../skid/signals.ts';
import { gasPanelReaders } from './gas-panel.ts';

type Reader = (readings: Readings) => number;

/** What the devices of a model say, one entry a device, in the order in which a skid file names them. */
type Makes = (parameters: TwinParameters) => readonly ReadonlyMap<string, Reader>[];

const bit = (value: boolean): number => (value ? 1 : 0);

const pHTransmitter = (ph: Reader, celsius: Reader): ReadonlyMap<string, Reader> =>
  new Map<string, Reader>([
    ['phUnit', () => 0x1000],
    ['ph', ph],
    ['ph.temperatureOutOfMeasurementRange', () => 0],
    ['ph.temperatureOutOfOperatingRange', () => 0],
    ['ph.calibrationDoubtful', () => 0],
    ['ph.warning', () => 0],
    ['ph.error', (readings) => bit(Number.isNaN(ph(readings)))],
    ['ph.lowest', () => 0],
    ['ph.highest', () => 14],
    ['temperatureUnit', () => 0x04],
    ['temperature', celsius],
    ['temperature.error', (readings) => bit(Number.isNaN(celsius(readings)))],
    ['temperature.lowest', () => -20],
    ['temperature.highest', () => 130],
  ]);

/** The spray of a leak is coarse: the finer a size is cut, the less of it is seen. */
const fineShare = { A: 1, B: 0.8, C: 0.5 } as const;
const samplingPeriodS = 1;
const sampleFlowMlPerMin = 60;
const roomHumidityPercent = 45;

const photometer = (concentration: Reader, ambientC: number): ReadonlyMap<string, Reader> =>
  new Map<string, Reader>([
    ['samplingPeriod', () => samplingPeriodS],
    ['sampleFlow', () => sampleFlowMlPerMin],
    ['temperature', () => ambientC],
    ['humidity', () => roomHumidityPercent],
    ['concentration.A', (readings) => concentration(readings) * fineShare.A],
    ['concentration.B', (readings) => concentration(readings) * fineShare.B],
    ['concentration.C', (readings) => concentration(readings) * fineShare.C],
  ]);

const models: ReadonlyMap<string, Makes> = new Map<string, Makes>([
  ['gas-detection-panel', () => [gasPanelReaders]],
  [
    'ph-transmitter',
    ({ feeds }) => {
      const fed: Reader = () => feeds.temperatureC;
      const waste: Reader = ({ temperatureC }) => temperatureC.outlet;
      return [
        pHTransmitter(({ pH }) => pH.feed[0], fed),
        pHTransmitter(({ pH }) => pH.feed[1], fed),
        pHTransmitter(({ pH }) => pH.waste[0], waste),
        pHTransmitter(({ pH }) => pH.waste[1], waste),
      ];
    },
  ],
  [
    'aerosol-photometer',
    ({ reactor }) => [
      photometer(({ aerosolMgPerM3 }) => aerosolMgPerM3[0], reactor.ambientC),
      photometer(({ aerosolMgPerM3 }) => aerosolMgPerM3[1], reactor.ambientC),
    ],
  ],
]);

/** Names of the models that `createFieldDevice` makes. */
export const fieldDeviceModels: ReadonlySet<string> = new Set(models.keys());

/**
 * The bank of a field device. Devices of one model are told apart by their order in the skid file: pH transmitters are feed A
 * and B, then waste A and B; photometers A and B.
 *
 * @param place which device of its model it is, from 0
 * @param look the readings as they are now
 * @throws MesolineError `twin-cannot-serve` for a model that is not known, a place too many, or a point that it does not serve
 */
export function createFieldDevice(
  model: RegisterModel,
  place: number,
  parameters: TwinParameters,
  look: () => Readings,
): RegisterBank {
  const devices = models.get(model.model)?.(parameters);
  if (devices === undefined) {
    throw cannotServe(
      model.model,
      'The twin does not know this device.',
      `Use one of ${[...models.keys()].join(', ')}.`,
    );
  }
  const readers = devices[place];
  if (readers === undefined) {
    throw cannotServe(
      `${model.model}, number ${place + 1}`,
      `A skid has ${devices.length} of them.`,
      'Name no more in the skid file.',
    );
  }
  const points = new Map(model.points.map((point) => [point.name, point]));
  for (const name of points.keys()) {
    if (!readers.has(name)) {
      throw cannotServe(`${model.model}: ${name}`, 'The twin does not know this point.', 'Take it out of the model.');
    }
  }
  return createPointBank(model, {
    read: (name) => {
      const value = readers.get(name)?.(look()) ?? Number.NaN;
      return Number.isNaN(value) ? withoutValue(points.get(name)) : value;
    },
    // They are only read here.
    write: () => illegalDataAddress,
  });
}

/** How a point says that it has no value: by the raw value its model names for it, or as NaN. */
function withoutValue(point: RegisterPoint | undefined): number {
  const raw = point?.invalid?.[0];
  return point === undefined || raw === undefined ? Number.NaN : raw * point.scale + point.offset;
}

const cannotServe = (where: string, problem: string, remedy: string): Error =>
  mesolineError('twin-cannot-serve', where, problem, remedy);
