/**
 * The field controller's step numbers and words, as docs/field-controller.md gives them to whoever programs one.
 *
 * 0 ready · 1 waiting for a reset after power-up · 10 HOT-HOLD accepted · 11 cadmium off first · 12 outlet to waste, heater and
 * chalcogen off · 13 flushing under pressure · 14 flush not proven, cooling without flow · 15 cold · 20 de-energised ·
 * 30 de-energised, extraction at maximum.
 */
export type ControllerStep = 0 | 1 | 10 | 11 | 12 | 13 | 14 | 15 | 20 | 30;

export const request = { none: 0, hotHold: 10, cadmiumOffThenHotHold: 11, deEnergise: 20, evacuate: 30 } as const;
export const knownRequests: ReadonlySet<number> = new Set(Object.values(request));

export const firstOut = {
  none: 0,
  serviceAsked: 1,
  serviceSilent: 2,
  pumpLimit: 3,
  powerUp: 4,
  emergencyStop: 5,
  airLost: 6,
} as const;
export type FirstOut = (typeof firstOut)[keyof typeof firstOut];

/** E > S > H > B > running: a safe state gives way only to one of a higher rank. */
export function stepRank(step: ControllerStep): number {
  if (step >= 30) return 4;
  if (step >= 20) return 3;
  if (step >= 10) return 2;
  return step;
}

/** Bits of the measures that the service may ask for in any step, as the register map has them. */
export const measure = { divertWaste: 1, blockAcid: 2 } as const;
export const everyMeasure = measure.divertWaste | measure.blockAcid;

export const isHotHold = (step: ControllerStep): boolean => stepRank(step) === 2;
