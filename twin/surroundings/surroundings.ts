/** What is around a simulated skid's process: its enclosure and the transmitters in and at it. From `surroundings.yaml`; units in the names. */

export type EnclosureParameters = Readonly<{
  volumeM3: number;
  airM3PerMin: number;
  /** Air against the normal flow that moves without the fan, and with the extraction at maximum. */
  leastAirShare: number;
  extractionAtMaximum: number;
  fanRunDownS: number;
  velocityMPerS: number;
  pressurePa: number;
  openDoorVelocityShare: number;
  openDoorPressureShare: number;
  /** Spray of a leak at the reactor, in mg for each mL of it and bar above the room. */
  sprayMgPerMlBar: number;
  /** Gas freed by a leak, in mL of air at the headspace's concentration for each mL of liquid. */
  strippedMlPerMl: number;
  evaporationMlPerMin: number;
  /** What stands in the tray when its switches report. */
  trayWetMl: Readonly<{ A: number; B: number }>;
  wasteHighPercent: number;
}>;

export type TransmitterParameters = Readonly<{
  /** Time constants, in s. */
  lagS: Readonly<{ gas: number; pH: number; air: number; aerosol: number; thermostat: number }>;
  /** Standard deviations, in the unit of the value. */
  sigma: Readonly<{
    h2sPpm: number;
    h2sePpm: number;
    h2PercentLel: number;
    pH: number;
    airMPerS: number;
    enclosurePa: number;
    aerosolMgPerM3: number;
    levelPercent: number;
  }>;
  /** What an electrode is off by when it is new, and how fast that grows. */
  pHOffset: Readonly<{ one: number; two: number }>;
  pHDriftPerDay: number;
  aerosolBackgroundMgPerM3: number;
  /** Lower explosive limit of hydrogen in air, in ppm. */
  h2LelPpm: number;
}>;

export type SurroundingsParameters = Readonly<{ enclosure: EnclosureParameters; transmitters: TransmitterParameters }>;
