/** What each of a skid's instruments looks at: the place of its probe, and what is wrong with its optics. */
import type { Sight } from '../instruments/sight.ts';
import type { LineState } from './line.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import type { DotMaterial, ProbePlace } from '../skid/probe.ts';
import { probesOf } from '../skid/probes.ts';
import type { Chalcogen } from '../spectra/phosphorus-lines.ts';

/** The NMR looks behind the first stage, light at what leaves the last. */
export type Looks = 'NMR' | 'light';

const placeOf = (looks: Looks, { shell }: TwinParameters): ProbePlace =>
  looks === 'NMR' ? 'stage1' : shell === undefined ? 'stage2' : 'shell';

/** @param line the line as it stands when it is looked at */
export function sightOf(looks: Looks, parameters: TwinParameters, line: () => LineState): Sight {
  const place = placeOf(looks, parameters);
  return {
    chalcogen: chalcogens[parameters.dots.material],
    stokesShiftNm: parameters.growth.stokesShiftNm,
    truth: () => probesOf(parameters, line().process)[place],
    optics: () => {
      const { lampShare, laserShiftPerCm } = line().faults;
      return { lampShare, laserShiftPerCm };
    },
  };
}

const chalcogens: Readonly<Record<DotMaterial, Chalcogen>> = { CdS: 'S', CdSe: 'Se', CdTe: 'Te', 'CdSe/ZnS': 'Se' };
