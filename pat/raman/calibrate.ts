/**
 * Calibration of a Raman instrument's axis. The lamp says which wavelength each point of the axis has; a standard, which wavelength the
 * laser has. Nothing is calibrated on the way: what comes out is a record, approved with the method it is put into.
 */
import { createHash } from 'node:crypto';
import type { RamanCalibration } from '../../plant/method/raman.ts';
import { mesolineError } from '../../plant/errors.ts';
import { correctAxis, correctWavelengths } from './axis-correction.ts';
import { observeLamp } from './lamp-lines.ts';
import { neonLines, wavenumberOfAir } from './neon.ts';
import { laserShift } from './laser-shift.ts';
import { findStandard } from './standard-position.ts';
import { standards, type StandardName } from './standards.ts';

/** As the instrument gave it: shifts in cm⁻¹, rising, by its own axis. */
export type CalibrationSpectrum = Readonly<{ shiftPerCm: Float64Array; counts: Float64Array }>;

export type CalibrationInput = Readonly<{
  /** RFC 3339. */
  takenAt: string;
  nominalLaserNm: number;
  neon: CalibrationSpectrum;
  /** Standards taken with the same laser. Each counts as much as any other, however many lines it has. */
  standards: readonly (CalibrationSpectrum & Readonly<{ of: StandardName }>)[];
}>;

/** @throws MesolineError `calibration-impossible` */
export function calibrateRaman({
  takenAt,
  nominalLaserNm,
  neon,
  standards: given,
}: CalibrationInput): RamanCalibration {
  const nm = wavelengthsOf(neon.shiftPerCm, nominalLaserNm);
  const observed = observeLamp(nm, neon.counts, neonLines);
  const correction = correctAxis(nm, observed);
  if (correction === null)
    throw impossible('neon', `Only ${observed.length} of its lines were found.`, 'Take it longer, with more light.');
  const found = given.flatMap((standard) => {
    const corrected = correctWavelengths(wavelengthsOf(standard.shiftPerCm, nominalLaserNm), correction.pieces);
    const shifts = corrected.map((value) => wavenumberOfAir(nominalLaserNm) - wavenumberOfAir(value));
    return findStandard(shifts, standard.counts, standards[standard.of]).map((line) => ({ of: standard.of, line }));
  });
  if (found.length === 0)
    throw impossible('standards', 'None of their lines was found.', 'Give the spectrum of a standard.');
  const laser = laserShift(found);
  // Where all lines stand too high, the laser has been thought to have too much energy by as much.
  const laserNm = airWavelengthOf(wavenumberOfAir(nominalLaserNm) - laser.perCm);
  return {
    takenAt,
    spectra: [
      { of: 'neon', digest: digestOf(neon) },
      ...given.map((standard) => ({ of: standard.of, digest: digestOf(standard) })),
    ],
    nominalLaserNm,
    pieces: correction.pieces.map((piece) => ({ ...piece, coefficientsNm: [...piece.coefficientsNm] })),
    coveredNm: [...correction.coveredNm],
    laserNm,
    laserUncertaintyNm: (laser.deviationPerCm * laserNm ** 2) / 1e7,
    lampLines: correction.linesUsed,
    lampResidualNm: correction.crossValidatedNm,
    standards: found.map(({ of, line }) => ({
      of,
      perCm: line.line.perCm,
      residualPerCm: line.foundPerCm - line.line.perCm - laser.perCm,
    })),
  };
}

/** The instrument's shifts as the record has them. */
export function calibratedShifts(shiftPerCm: Float64Array, calibration: RamanCalibration): Float64Array {
  const nm = correctWavelengths(wavelengthsOf(shiftPerCm, calibration.nominalLaserNm), calibration.pieces);
  const laser = wavenumberOfAir(calibration.laserNm);
  return nm.map((value) => laser - wavenumberOfAir(value));
}

/** Instruments make their shift axis of wavelengths without regard to air; so it is undone. */
function wavelengthsOf(shiftPerCm: Float64Array, laserNm: number): Float64Array {
  return shiftPerCm.map((shift) => 1e7 / (1e7 / laserNm - shift));
}

/** The wavelength in air of light of a wavenumber in vacuum; air's index hardly changes with it, so a few rounds are exact. */
function airWavelengthOf(perCm: number): number {
  let nm = 1e7 / perCm;
  for (let round = 0; round < 4; round += 1) nm *= wavenumberOfAir(nm) / perCm;
  return nm;
}

function digestOf({ shiftPerCm, counts }: CalibrationSpectrum): string {
  const hash = createHash('sha256');
  for (const column of [shiftPerCm, counts])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex');
}

const impossible = (where: string, problem: string, remedy: string) =>
  mesolineError('calibration-impossible', where, problem, remedy);
