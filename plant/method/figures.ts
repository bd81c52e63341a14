/** The figures of merit that each kind of method gives: what its suitability and maintenance may ask for. */
import { didYouMean } from '../suggest.ts';
import type { Path, Source } from '../skid/source.ts';
import type { MethodParameters } from './parameters.ts';

/** Every result says it, whatever its kind. */
const always = ['arrivedAfterS'];
const ofPls = ['hotellingT2', 'hotellingLimit', 'qResidual', 'qLimit'];

/** By their names; one may be missing in a result that came to nothing. */
export function figureNamesOf(parameters: MethodParameters): readonly string[] {
  return [...always, ...ownOf(parameters)];
}

function ownOf(parameters: MethodParameters): readonly string[] {
  switch (parameters.kind) {
    case 'phosphorus-nmr':
      return [
        ...['signalToNoise', 'lineWidthHz', 'phase0Degrees', 'phase1Degrees', 'gaussian', 'residual'],
        'unexpectedSignalToNoise',
        ...parameters.species.map(({ name }) => `${name}Ppm`),
        ...(parameters.reference === null ? [] : ['referenceSignalToNoise', 'referencePpm']),
      ];
    case 'raman': {
      const ofReference = parameters.reference === null ? [] : ['signalToNoise', 'shiftErrorPerCm'];
      return [
        'cosmicRays',
        ...ofReference,
        ...('pls' in parameters ? ofPls : ['reducedChiSquare', ...parameters.figures.map(({ name }) => name)]),
      ];
    }
    case 'uv-vis':
      return 'pls' in parameters
        ? ofPls
        : [
            ...['blankOffset', 'noiseAbsorbance', 'signalToNoise', 'excitonAbsorbance', 'lineWidthMeV', 'lineWidthNm'],
            ...['derivativeNm', 'disagreementNm', 'residualPercent', 'diameterRepeatabilityNm'],
          ];
    case 'emission':
      return [
        ...['noiseCounts', 'backgroundCounts', 'areaCountsNm', 'absorbanceAtExcitation', 'signalToNoise'],
        ...['heightCounts', 'residualPercent', 'asymmetry'],
      ];
  }
}

/** Notes every figure that is asked for and never given: a check on it could not be passed, and nobody would be called to maintenance. */
export function checkFigures(source: Source, path: Path, asked: readonly string[], parameters: MethodParameters): void {
  const given = figureNamesOf(parameters);
  for (const figure of asked)
    if (!given.includes(figure))
      source.fault(
        [...path, figure],
        `A method of kind ${parameters.kind} gives no figure "${figure}".`,
        didYouMean(figure, given, `It gives: ${given.join(', ')}.`),
      );
}
