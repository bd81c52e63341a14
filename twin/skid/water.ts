/** Water, as the skid's liquid is nearly all water. Temperatures in °C, liquid at or above its saturation pressure. */

/** Viscosity in Pa·s: μ = 2.414e-5·10^(247.8/(T − 140 K)) (Vogel form, within 2.5 % from 0 to 370 °C). */
export const viscosityPaS = (celsius: number): number => 2.414e-5 * 10 ** (247.8 / (celsius + 273.15 - 140));

/** Near the critical point (373.9 °C) there is no liquid to speak of; what is asked of hotter is answered as of this. */
const hottestLiquidC = 370;

/** Density of the saturated liquid in kg/m³ (Wagner and Pruß 1993, auxiliary equation of IAPWS-95); up to 370 °C. */
export function densityKgPerM3(celsius: number): number {
  const x = Math.cbrt(1 - (Math.min(celsius, hottestLiquidC) + 273.15) / 647.096);
  // Powers by squaring: this is asked for several times in every step.
  const x2 = x * x;
  const x4 = x2 * x2;
  const x8 = x4 * x4;
  const x16 = x8 * x8;
  const x32 = x16 * x16;
  return (
    322 *
    (1 +
      1.99274064 * x +
      1.09965342 * x2 -
      0.510839303 * x4 * x -
      1.75493479 * x16 -
      45.5170352 * x32 * x8 * x2 * x -
      6.7469445e5 * x32 * x32 * x32 * x8 * x4 * x2)
  );
}

/** Heat capacity in J/(g·K): 4.18 at 25 °C, 4.5 at 200 °C; one mean serves within 4 %. */
export const heatCapacityJPerGK = 4.25;

/** Heat of evaporation in J/kg, within 5 % up to 200 °C (a straight line through 2.501 MJ/kg at 0 °C, 2.257 at 100 °C). */
export const latentJPerKg = (celsius: number): number => 2.501e6 - 2440 * Math.min(celsius, hottestLiquidC);

/** Density of steam in kg/m³ as of an ideal gas, within 10 % up to 16 bar. */
export const steamDensityKgPerM3 = (bar: number, celsius: number): number =>
  (Math.max(0.1, bar) * 1e5) / (461.5 * (celsius + 273.15));

/** Saturation temperature in °C at an absolute pressure in bar, above 0.01 bar (IAPWS-IF97, region 4, equation 31). */
export function saturationC(bar: number): number {
  const beta = (Math.max(bar, 0.01) / 10) ** 0.25;
  const e = beta ** 2 - 17.073846940092 * beta + 14.91510861353;
  const f = 1167.0521452767 * beta ** 2 + 12020.82470247 * beta - 4823.2657361591;
  const g = -724213.16703206 * beta ** 2 - 3232555.0322333 * beta + 405113.40542057;
  const d = (2 * g) / (-f - Math.sqrt(f ** 2 - 4 * e * g));
  const kelvin =
    (650.17534844798 + d - Math.sqrt((650.17534844798 + d) ** 2 - 4 * (-0.23855557567849 + 650.17534844798 * d))) / 2;
  return kelvin - 273.15;
}
