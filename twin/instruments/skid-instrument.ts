/** An instrument of a skid beside its field controller, made from its device model and served where the model can reach it. */
import { join } from 'node:path';
import { milliseconds, type Clock } from '../../plant/clock.ts';
import type { DeviceModel, FolderModel, LineModel, RegisterModel } from '../../plant/device-model.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { RegisterBank } from '../modbus/bank.ts';
import { createModbusServer } from '../modbus/server.ts';
import { sourceOf } from '../spectra/draws.ts';
import { benchtop80 } from '../spectra/fid.ts';
import { HuberThermostat } from './huber.ts';
import type { InstrumentServer, LineInstrument } from './instrument.ts';
import { JulaboCirculator } from './julabo.ts';
import { KnauerPump } from './knauer.ts';
import { LaudaThermostat } from './lauda.ts';
import { LineServer } from './line-server.ts';
import { opticalKinds, type OpticalKind } from './optical-kinds.ts';
import { wallPeriodMs, type Sight } from './sight.ts';
import { SpectraWriter } from './spectra-writer.ts';
import { resultFiles } from './spinsolve-result.ts';

export type SkidInstrumentOptions = Readonly<{
  device: string;
  model: DeviceModel;
  host: string;
  /** 0 lets the system choose one. */
  port: number;
  clock: Clock;
  seed: number;
  /** Which of the skid's instruments it is: each has chance of its own. */
  index: number;
  /** What the NMR looks at, or what light looks at. */
  sightOf: (looks: 'NMR' | 'light') => Sight;
  /** The registers of a field device. @throws MesolineError `twin-cannot-serve` */
  bank: (model: RegisterModel) => RegisterBank;
  /** Where this instrument writes what it writes; null where the twin was given no folder. */
  folder: string | null;
  onFault: (reason: string) => void;
}>;

export interface SkidInstrument {
  /** How it is reached, as a site file writes it. @throws MesolineError `port-in-use`, `port-refused` */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** In process time: from one spectrum to the next. */
const everyMs = milliseconds(10_000);
/** How many files of spectra, and how many results, are kept. */
const [keptFiles, keptResults] = [200, 60];

/** On a serial line of their own, which a serial server brings to a TCP port. */
const serialModels: ReadonlySet<string> = new Set(['ph-transmitter']);
const unitId = 1;

/** @throws MesolineError `twin-cannot-serve` where the twin has nothing like the device */
export async function createSkidInstrument(options: SkidInstrumentOptions): Promise<SkidInstrument> {
  const { device, model, host, port, clock, seed, index, sightOf, onFault } = options;
  const random = sourceOf(seed, index + 1, 0);
  switch (model.protocol) {
    case 'spinsolve': {
      const { SpinsolveInstrument } = await import('./spinsolve.ts');
      const folder = folderOf(options);
      const sight = sightOf('NMR');
      const instrument = benchtop80;
      const server = new SpinsolveInstrument({
        ...{ host, port, folder, random, sight, clock, instrument, onFault },
        // Of what its program writes, only what somebody reads.
        files: resultFiles.filter((file) => file === 'acqu.par' || model.spectra.some(({ item }) => item === file)),
        keep: keptResults,
      });
      const durationMs = wallPeriodMs(clock, milliseconds(1000 * instrument.scans * instrument.repetitionS));
      server.take({ world: { series: true, durationMs, pieceMs: 0 } });
      return reached(server, (at) => `tcp://${host}:${at}`);
    }
    case 'opcua': {
      // The OPC UA stack is loaded only where a skid has it.
      const { RamanServer } = await import('./raman-server.ts');
      const folder = folderOf(options);
      const sight = sightOf('light');
      const server = new RamanServer({
        ...{ host, port, folder, clock, random, sight },
        everyMs: wallPeriodMs(clock, everyMs),
      });
      return reached(server, (at) => `opc.tcp://${host}:${at}/`);
    }
    case 'spectra-folder': {
      const [kind, folder] = [kindOf(device, model), folderOf(options)];
      const sight = sightOf('light');
      const period = Math.round(wallPeriodMs(clock, everyMs));
      const manners = { pieces: 1, pieceMs: 0, renames: true, everyMs: period };
      const server = new SpectraWriter({ folder, random, kind, sight, clock, keep: keptFiles, manners, onFault });
      return reached(server, () => `folder:${folder}`);
    }
    case 'line':
      return reached(
        new LineServer({ host, port, instrument: lineInstrumentOf(device, model, clock) }),
        (at) => `tcp://${host}:${at}`,
      );
    case 'modbus': {
      const framing = serialModels.has(model.model) ? 'rtu' : 'tcp';
      const server = createModbusServer({ host, port, unitId, framing, bank: options.bank(model) });
      const link = framing === 'rtu' ? 'modbus-rtu-tcp' : 'modbus-tcp';
      return reached(server, (at) => `${link}://${host}:${at}/${unitId}`);
    }
  }
}

const reached = (server: Pick<InstrumentServer, 'start' | 'stop'>, link: (port: number) => string): SkidInstrument => ({
  start: async () => link(await server.start()),
  stop: () => server.stop(),
});

function folderOf({ device, folder }: SkidInstrumentOptions): string {
  if (folder !== null) return join(folder, device);
  throw mesolineError('option-missing', '--folder', `${device} writes files.`, 'Give --folder, where they shall lie.');
}

/** Wavelengths are of absorbance or of emission; everything else is a Raman shift. */
function kindOf(device: string, { model, spectra }: FolderModel): OpticalKind {
  const [spectrum] = spectra;
  if (spectrum === undefined) throw cannotServe(device, model);
  const kind =
    spectrum.x.unit !== 'nm'
      ? opticalKinds.raman
      : /absor/iu.test(spectrum.y.title)
        ? opticalKinds.absorbance
        : opticalKinds.emission;
  return { ...kind, ...namesOf(spectrum.item, kind) };
}

/** Files are named as the model looks for them: what stands before its `*`, and the ending where it has one. */
function namesOf(item: string, { prefix, form }: OpticalKind): Pick<OpticalKind, 'prefix' | 'form'> {
  const [before = '', ending = ''] = item.split('*');
  const asked = (['spc', 'jdx', 'csv'] as const).find((each) => ending === `.${each}`);
  return { prefix: before === '' ? prefix : before, form: asked ?? form };
}

function lineInstrumentOf(device: string, { model }: LineModel, clock: Clock): LineInstrument {
  switch (model) {
    case 'knauer-azura-50':
      return new KnauerPump(50, clock);
    case 'knauer-azura-10':
      return new KnauerPump(10, clock);
    case 'huber-pb':
      return new HuberThermostat(clock);
    case 'lauda':
      return new LaudaThermostat(clock);
    case 'julabo':
      return new JulaboCirculator(clock);
    default:
      throw cannotServe(device, model);
  }
}

const cannotServe = (device: string, model: string): Error =>
  mesolineError(
    'twin-cannot-serve',
    device,
    `The twin has nothing like a ${model}.`,
    'Use a device model that it serves (docs/twin.md), or leave the device out of the skid.',
  );
