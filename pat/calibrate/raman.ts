/** Calibrates a Raman instrument's axis from files of a lamp and of standards; the record is what a method takes as `calibration`. */
import { Document } from 'yaml';
import type { RamanCalibration } from '../../plant/method/raman.ts';
import { calibrateRaman, type CalibrationSpectrum } from '../raman/index.ts';
import { standards, type StandardName } from '../raman/standards.ts';
import { asked } from './arguments.ts';
import { readSpectrumFile, refused, writeNew, writtenAt, type SpectrumFile } from './files.ts';

export type RamanRequest = Readonly<{
  neon: string;
  standards: readonly Readonly<{ of: StandardName; file: string }>[];
  laserNm: number;
  /** RFC 3339; null: as the lamp's file says. */
  takenAt: string | null;
  out: string;
}>;

/** `silicon=FILE`. @throws MesolineError `calibration-asked` */
export function standardOf(text: string): Readonly<{ of: StandardName; file: string }> {
  const [, of = '', file = ''] = /^([^=]*)=(.+)$/u.exec(text) ?? [];
  if (isStandard(of)) return { of, file };
  const known = Object.keys(standards).join(' or ');
  throw asked('--standard', `"${text}" names no standard's file.`, `Write ${known}, "=" and the file.`);
}

const isStandard = (name: string): name is StandardName => Object.hasOwn(standards, name);

/** @throws MesolineError `calibration-file`, `calibration-impossible` */
export function ramanCommand(request: RamanRequest, say: (line: string) => void): void {
  const lamp = readSpectrumFile(request.neon);
  const others = request.standards.map(({ of, file }) => ({ of, ...readSpectrumFile(file) }));
  const record = calibrateRaman({
    takenAt: takenAtOf(request, lamp, say),
    nominalLaserNm: request.laserNm,
    neon: shiftsOf(lamp),
    standards: others.map((one) => ({ of: one.of, ...shiftsOf(one) })),
  });
  // What can be looked up later are the files, not the numbers that were read from them.
  const spectra = [{ of: 'neon', digest: lamp.digest }, ...others.map(({ of, digest }) => ({ of, digest }))];
  const kept: RamanCalibration = { ...record, spectra };
  for (const line of reportOf(kept)) say(line);
  writeNew(request.out, textOf(kept));
  say(`Written: ${request.out}. Put it under "parameters" of the method, and have the method approved as it is then.`);
}

function takenAtOf(request: RamanRequest, lamp: SpectrumFile, say: (line: string) => void): string {
  if (request.takenAt !== null) return request.takenAt;
  if (lamp.data.takenAt !== null) return new Date(lamp.data.takenAt).toISOString();
  const written = new Date(writtenAt(lamp.file)).toISOString();
  say(`${lamp.file} does not say when it was taken: ${written}, when it was written, is put down. Else give --taken.`);
  return written;
}

function shiftsOf({ data: { x, y, nmr }, file }: SpectrumFile): CalibrationSpectrum {
  if (nmr !== undefined || (x.unit !== null && x.unit !== '1/cm'))
    throw refused(file, `Its axis is in ${x.unit ?? 'ppm or s'}.`, 'Give Raman shifts in 1/cm.');
  const falls = (x.values.at(-1) ?? 0) < (x.values[0] ?? 0);
  return falls
    ? { shiftPerCm: x.values.toReversed(), counts: y.values.toReversed() }
    : { shiftPerCm: x.values, counts: y.values };
}

function reportOf(record: RamanCalibration): readonly string[] {
  const { laserNm, laserUncertaintyNm, lampLines, lampResidualNm, coveredNm } = record;
  const deviationPerCm = (laserUncertaintyNm * 1e7) / laserNm ** 2;
  return [
    ...record.spectra.map(({ of, digest }) => `${of.padEnd(12)} SHA-256 ${digest}`),
    `neon         ${lampLines} lines from ${coveredNm[0].toFixed(1)} to ${coveredNm[1].toFixed(1)} nm; one told from the others: ${lampResidualNm.toFixed(4)} nm (root mean square)`,
    ...record.standards.map(
      ({ of, perCm, residualPerCm }) =>
        `${of.padEnd(12)} ${perCm.toFixed(2).padStart(8)} cm⁻¹, off by ${signed(residualPerCm)} cm⁻¹`,
    ),
    `laser        ${laserNm.toFixed(4)} nm in air, standard uncertainty ${laserUncertaintyNm.toFixed(4)} nm (${deviationPerCm.toFixed(2)} cm⁻¹)`,
  ];
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

function textOf(record: RamanCalibration): string {
  const document = new Document({ calibration: record }, { aliasDuplicateObjects: false });
  document.commentBefore =
    ' A Raman axis, calibrated with a lamp and standards: stands under "parameters" of a method.';
  return document.toString();
}
