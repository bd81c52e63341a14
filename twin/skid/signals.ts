/** What passes between the process and its field controller: readings one way, outputs the other. */
import type { PerPump } from './parameters.ts';

/** What the transmitters and switches say. NaN where an instrument has no value. */
export type Readings = Readonly<{
  temperatureC: Readonly<{ A: number; B: number; independent: number; outlet: number }>;
  pressureBarG: Readonly<{ A: number; B: number; C: number; feed: number }>;
  flowMlPerMin: PerPump;
  emissionNm: number;
  diameterNm: number;
  wasteLevelPercent: number;
  diverter: 'waste' | 'product';
  pumpLimitTripped: boolean;
}>;

/** The instruments that can break, by the names of their points. */
export const instrumentPoints = [
  'reactorTemperatureA',
  'reactorTemperatureB',
  'reactorTemperatureIndependent',
  'outletTemperature',
  'reactorPressureA',
  'reactorPressureB',
  'reactorPressureC',
  'feedPressure',
  'chalcogenFlow',
  'cadmiumFlow',
  'ligandFlow',
  'flushFlow',
  'emissionPeak',
  'particleSize',
] as const;
export type InstrumentPoint = (typeof instrumentPoints)[number];

/** What the controller moves: every enable, set value and pilot. */
export type ControllerOutputs = Readonly<{
  flowMlPerMin: PerPump;
  /** Feeds and heater lose their supply, and the feeds are shut off before the pumps; the way out stays open. */
  deEnergised: boolean;
  heaterEnabled: boolean;
  heaterW: number;
  /** 0 to 1: the thermostat's loop on its cooling side. */
  jacketCooling: number;
  outletCooling: boolean;
  /** What the thermostat of the first stage is set to, in °C; null: off. */
  stage1C: number | null;
  /** What the thermostat of the shell step is set to, in °C; null: off. */
  shellC: number | null;
  /** Mol of chalcogen the feed's two heads give to a mol of TCEP. */
  chalcogenRatio: number;
  extractionAtMaximum: boolean;
  diverter: 'waste' | 'product';
  backPressureBarG: number;
  clearPumpLimit: boolean;
}>;
