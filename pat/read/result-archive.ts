/**
 * A folder of one measurement as a ZIP archive: Bruker's `fid` and `acqus`, or a Spinsolve's `data.1d` and `acqu.par`. A folder
 * cannot be taken whole while it is written; an archive has an end, and a digest.
 */
import { readBruker } from './bruker.ts';
import { incomplete, malformed, textOf, type FormReading } from './reading.ts';
import { acquisitionFile, readSpinsolve } from './spinsolve.ts';
import { entriesOf, type ZipEntry } from './zip.ts';

/** Of one file in it, unpacked. */
const largestBytes = 64 * 1024 * 1024;

export function readResultArchive(bytes: Uint8Array): FormReading {
  if (bytes.length < 4 || bytes.every((byte) => byte === 0)) return incomplete('It holds nothing yet.');
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return malformed('It is no ZIP archive.');
  const entries = entriesOf(bytes, largestBytes);
  if (entries === null) return incomplete('Its end is missing.');
  const measurements = entries.filter(({ name }) => ['fid', 'data.1d'].includes(baseOf(name)));
  const [measurement] = measurements;
  if (measurement === undefined || measurements.length > 1)
    return malformed(`It holds ${measurements.length} measurements (fid, data.1d), not one.`);
  const reading = baseOf(measurement.name) === 'fid' ? bruker(entries, measurement) : spinsolve(entries, measurement);
  // The archive is whole: what is missing in it does not come any more.
  return reading.kind === 'incomplete' ? malformed(reading.reason) : reading;
}

function bruker(entries: readonly ZipEntry[], measurement: ZipEntry): FormReading {
  const acqus = textOf(beside(entries, measurement, 'acqus')?.bytes() ?? new Uint8Array(1));
  return acqus === null ? malformed('It has no acqus beside its fid.') : readBruker(measurement.bytes(), acqus);
}

function spinsolve(entries: readonly ZipEntry[], measurement: ZipEntry): FormReading {
  const parameters = beside(entries, measurement, acquisitionFile);
  if (parameters === undefined) return malformed(`It has no ${acquisitionFile} beside its data.1d.`);
  const companions = new Map([[acquisitionFile, parameters.bytes()]]);
  return readSpinsolve(measurement.bytes(), { companions, column: null });
}

const beside = (entries: readonly ZipEntry[], { name }: ZipEntry, wanted: string): ZipEntry | undefined =>
  entries.find((entry) => entry.name === `${name.slice(0, name.length - baseOf(name).length)}${wanted}`);

const baseOf = (name: string): string => name.split('/').at(-1) ?? '';
