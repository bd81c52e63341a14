/** What each of a skid's instruments looks at: the place of its probe, and what is wrong with its optics there. */
import type { Sight } from './instruments/sight.ts';
import type { LineState } from './line.ts';
import type { TwinParameters } from './skid/parameters.ts';
import type { DotMaterial, ProbePlace } from './skid/probe.ts';
import { probesOf } from './skid/probes.ts';
import type { Chalcogen } from './spectra/phosphorus-lines.ts';

/** @param line the line as it stands when it is looked at */
export function sightAt(place: ProbePlace, parameters: TwinParameters, line: () => LineState): Sight {
  return {
    chalcogen: chalcogens[parameters.dots.material],
    stokesShiftNm: parameters.growth.stokesShiftNm,
    truth: () => probesOf(parameters, line().process)[place],
    optics: () => {
      const { lampShare, laserShiftPerCm } = line().faults;
      // The film of a fault is on the line's own windows, and stands in its truth.
      return { film: 0, lampShare, laserShiftPerCm };
    },
  };
}

const chalcogens: Readonly<Record<DotMaterial, Chalcogen>> = { CdS: 'S', CdSe: 'Se', CdTe: 'Te', 'CdSe/ZnS': 'Se' };
