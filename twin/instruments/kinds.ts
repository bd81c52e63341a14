/** The instruments that can be emulated, by the word that `--kind` takes. */
import type { Clock } from '../../plant/clock.ts';
import { MtSicsBalance } from './balance-mt-sics.ts';
import type { InstrumentServer } from './instrument.ts';
import { HuberThermostat } from './huber.ts';
import { JulaboCirculator } from './julabo.ts';
import { KnauerPump } from './knauer.ts';
import { LaudaThermostat } from './lauda.ts';
import { opticalKinds } from './optical-kinds.ts';
import { LineServer } from './line-server.ts';
import { SpectraWriter } from './spectra-writer.ts';
import { SpinsolveInstrument } from './spinsolve.ts';

export type InstrumentOptions = Readonly<{
  host: string;
  port: number;
  clock: Clock;
  random: () => number;
  /** Where those write that write files. @throws MesolineError where it was not given */
  folder: () => string;
}>;
type Kind = (options: InstrumentOptions) => InstrumentServer | Promise<InstrumentServer>;

export const kinds: Readonly<Record<string, Kind>> = {
  knauer: ({ host, port, clock }) => new LineServer({ host, port, instrument: new KnauerPump(50, clock) }),
  'knauer-10': ({ host, port, clock }) => new LineServer({ host, port, instrument: new KnauerPump(10, clock) }),
  huber: ({ host, port, clock }) => new LineServer({ host, port, instrument: new HuberThermostat(clock) }),
  lauda: ({ host, port, clock }) => new LineServer({ host, port, instrument: new LaudaThermostat(clock) }),
  julabo: ({ host, port, clock }) => new LineServer({ host, port, instrument: new JulaboCirculator(clock) }),
  balance: ({ host, port }) => new LineServer({ host, port, instrument: new MtSicsBalance() }),
  spinsolve: ({ folder, ...options }) => new SpinsolveInstrument({ ...options, folder: folder() }),
  'spectra-writer': ({ folder, ...options }) => new SpectraWriter({ ...options, folder: folder() }),
  'uv-vis-writer': ({ folder, ...options }) =>
    new SpectraWriter({ ...options, folder: folder(), kind: opticalKinds.absorbance }),
  'emission-writer': ({ folder, ...options }) =>
    new SpectraWriter({ ...options, folder: folder(), kind: opticalKinds.emission }),
  // The OPC UA stack is loaded only for the one that needs it.
  raman: async ({ folder, ...options }) =>
    new (await import('./raman-server.ts')).RamanServer({ ...options, folder: folder() }),
};
