/** What a straight tube lets through: how much of a pressure drop is flow and temperature, and not a deposit. */
import { saturatedLiquidDensity } from './water.ts';

/** Viscosity of water in Pa·s at `celsius`: 2.414e-5·10^(247.8/(T − 140)), T in K (Al-Shemmeri, Engineering Fluid Mechanics, 2012). */
export const waterViscosityPaS = (celsius: number): number => 2.414e-5 * 10 ** (247.8 / (celsius + 273.15 - 140));

const reference = 25;

/**
 * Pressure drop of a straight tube against the laminar drop of water of 25 °C at the same flow; a pure number, 1 there.
 *
 * Darcy–Weisbach with 64/Re below Re 2000 (Hagen–Poiseuille), 0.316/Re^0.25 above 4000 (Blasius), and what lies between them
 * between. The pumps count cold millilitres; hot, the same mass is faster. NaN where the flow or the tube is not above 0.
 * @param flowMlPerMin counted at 25 °C
 */
export function tubeDrag(flowMlPerMin: number, celsius: number, diameterMm: number): number {
  if (!(flowMlPerMin > 0 && diameterMm > 0)) return NaN;
  const diameterM = diameterMm / 1000;
  const cold = at(flowMlPerMin / 60e6, reference, diameterM);
  const hot = at(flowMlPerMin / 60e6, celsius, diameterM);
  return (friction(hot.reynolds) * hot.head) / ((64 / cold.reynolds) * cold.head);
}

function at(flowM3PerS: number, celsius: number, diameterM: number): Readonly<{ reynolds: number; head: number }> {
  const density = saturatedLiquidDensity(celsius);
  const velocity = (flowM3PerS / ((Math.PI / 4) * diameterM ** 2)) * (saturatedLiquidDensity(reference) / density);
  return {
    reynolds: (density * velocity * diameterM) / waterViscosityPaS(celsius),
    head: (density * velocity ** 2) / 2,
  };
}

function friction(reynolds: number): number {
  const share = Math.min(1, Math.max(0, (reynolds - 2000) / 2000));
  const [laminar, turbulent] = [64 / reynolds, 0.316 / reynolds ** 0.25];
  return laminar + (turbulent - laminar) * share;
}
