/** Another skid of the same type: its parameters drawn within what is said of how far they may be off. Pure. */
import { mesolineError } from '../../plant/errors.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import type { Uncertainty } from './uncertainty.ts';

/**
 * Each number is drawn by itself: nothing is known of how they go together.
 *
 * @param random even in [0, 1), one call a number in the order of the list
 * @throws MesolineError `uncertainty-invalid` for a number that the parameters do not have; one of a shell step is left out on
 *   a skid without one
 */
export function drawParameters(
  parameters: TwinParameters,
  uncertainties: readonly Uncertainty[],
  random: () => number,
): TwinParameters {
  const drawn = structuredClone(parameters) as unknown as Numbers;
  for (const uncertainty of uncertainties) {
    const share = random();
    const path = uncertainty.of.split('.');
    const last = path.pop() ?? '';
    let section: Numbers | undefined = drawn;
    for (const key of path) {
      const next: unknown = section?.[key];
      section = typeof next === 'object' && next !== null ? (next as Numbers) : undefined;
    }
    const nominal = section?.[last];
    if (section !== undefined && typeof nominal === 'number') section[last] = between(uncertainty, nominal, share);
    else if (path[0] !== 'shell') throw unknownNumber(uncertainty);
  }
  return drawn as unknown as TwinParameters;
}

type Numbers = { [key: string]: unknown };

function between({ from = 0, to = 0, times, spread }: Uncertainty, nominal: number, share: number): number {
  const low = times === undefined ? from : nominal * times[0];
  const high = times === undefined ? to : nominal * times[1];
  return spread === 'even' ? low + share * (high - low) : low * (high / low) ** share;
}

const unknownNumber = ({ of }: Uncertainty): Error =>
  mesolineError(
    'uncertainty-invalid',
    of,
    'The parameters of the twin have no such number.',
    'Name one that they have.',
  );
