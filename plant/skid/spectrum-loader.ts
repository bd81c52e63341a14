/** Reads the spectra of a skid file: which instrument gives each. */
import { localTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import { parseDuration } from '../quantity.ts';
import type { DeviceDefinition, SpectrumDefinition, UnitDefinition } from './definition.ts';
import type { SkidFile } from './schema.ts';
import type { Source } from './source.ts';

type Parts = Readonly<{
  units: readonly UnitDefinition[];
  devices: readonly DeviceDefinition[];
  /** Devices whose own fault has been told. */
  faultyDevices: ReadonlySet<string>;
}>;

export const readSkidSpectra = (
  source: Source,
  files: NonNullable<SkidFile['spectra']>,
  { units, devices, faultyDevices }: Parts,
): readonly SpectrumDefinition[] =>
  Object.entries(files).flatMap(([name, { from, title, staleAfter }]) => {
    const path = ['spectra', name];
    const unitName = name.split('/', 1)[0] ?? '';
    if (!name.includes('/') || !units.some((unit) => unit.name === unitName)) {
      source.fault(path, 'The spectrum belongs to no unit of this file.', 'Write UNIT/NAME, such as "A401/AT-401".');
    }
    const dot = from.indexOf('.');
    const [deviceName, wanted] = dot < 0 ? [from, ''] : [from.slice(0, dot), from.slice(dot + 1)];
    if (faultyDevices.has(deviceName)) return [];
    const given = devices.find((device) => device.name === deviceName)?.model.spectra ?? [];
    const found = given.find((spectrum) => spectrum.name === wanted);
    const stale = source.attempt([...path, 'staleAfter'], (where) => parseDuration(staleAfter, where));
    if (found === undefined) {
      const names = devices.flatMap(({ name: device, model }) => model.spectra.map((each) => `${device}.${each.name}`));
      source.fault(
        [...path, 'from'],
        `No device gives the spectrum "${from}".`,
        didYouMean(from, names, 'Write DEVICE.spectrum.'),
      );
    }
    if (found === undefined || stale === null) return [];
    return [{ name: localTag(name), title, unitName, device: deviceName, source: found, staleAfter: stale }];
  });
