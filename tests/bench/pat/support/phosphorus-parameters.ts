/** The parameters by which the synthetic decays are judged: those of the shipped methods, with the limits opened so far that all is stated. */
import type { PhosphorusNmrParameters } from '../../../../plant/method/phosphorus-nmr.ts';
import type { Cell, Chalcogen, Relaxation } from './synthetic-fid.ts';

export const relaxation: Relaxation = {
  tcep: { t1S: 7, uncertaintyS: 0.35, otherPercent: 0.5 },
  oxide: { t1S: 5, uncertaintyS: 0.25, otherPercent: 0.5 },
  tcepS: { t1S: 6, uncertaintyS: 0.3, otherPercent: 0.5 },
  tcepSe: { t1S: 5, uncertaintyS: 0.25, otherPercent: 0.5 },
  tcepTe: { t1S: 4, uncertaintyS: 0.3, otherPercent: 1 },
};
export const cell: Cell = { volumeMl: 0.6, magnetisedMl: 3 };

export function phosphorusParameters(chalcogen: Chalcogen): PhosphorusNmrParameters {
  const t1 = (name: string) => ({
    t1S: { value: relaxation[name]!.t1S, standardUncertainty: relaxation[name]!.uncertaintyS },
    responseUncertaintyPercent: relaxation[name]!.otherPercent,
  });
  const product = {
    s: {
      name: 'tcepX',
      role: 'chalcogenide' as const,
      shift: { ppm: 52, standardUncertaintyPpm: 0.6, windowPpm: [50, 54] as [number, number] },
      extraWidthHz: [0, 0.8] as [number, number],
      satellites: null,
      ...t1('tcepS'),
    },
    se: {
      name: 'tcepX',
      role: 'chalcogenide' as const,
      shift: { ppm: 42.5, standardUncertaintyPpm: 0.6, windowPpm: [40, 45] as [number, number] },
      extraWidthHz: [0, 0.8] as [number, number],
      satellites: { abundance: 0.0763, couplingHz: [650, 700] as [number, number] },
      ...t1('tcepSe'),
    },
    te: {
      name: 'tcepX',
      role: 'chalcogenide' as const,
      shift: { ppm: -12, standardUncertaintyPpm: 0.8, windowPpm: [-20, -10] as [number, number] },
      extraWidthHz: [5, 25] as [number, number],
      satellites: null,
      ...t1('tcepTe'),
    },
  }[chalcogen];
  return {
    nucleus: '31P',
    frequencyMHz: [24, 33],
    acquisition: { repetitionS: 15, pulseDegrees: 90 },
    processing: {
      lineBroadeningHz: null,
      firstOrderPhaseDegrees: { expected: 0, tolerance: 120 },
      baselineOrder: 3,
      shape: 'pseudo-voigt',
    },
    widthHz: [1, 12],
    reference: {
      name: 'H3PO4',
      shiftPpm: 0,
      windowPpm: [-2, 2],
      required: true,
      leastSignalToNoise: 4,
      extraWidthHz: [0, 0.5],
    },
    species: [
      {
        name: 'tcep',
        role: 'phosphine',
        shift: { basePpm: -16, acidPpm: 16, pKa: 7.66, standardUncertaintyPH: 0.05, standardUncertaintyPpm: 0.15 },
        extraWidthHz: [0, 0.8],
        satellites: null,
        ...t1('tcep'),
      },
      {
        name: 'oxide',
        role: 'oxide',
        shift: { ppm: 58, standardUncertaintyPpm: 0.3, windowPpm: [56.5, 59.5] },
        extraWidthHz: [0, 0.8],
        satellites: null,
        ...t1('oxide'),
      },
      product,
    ],
    flowCell: cell,
    oxide: 'not counted',
    limits: {
      leastSignalToNoise: 5,
      mostResidual: 3,
      misfitPercent: 1.5,
      unexpectedSignalToNoise: 7,
      unexpectedPercent: 2,
      mostUncertaintyPercent: 60,
      pH: [8, 12],
    },
  };
}
