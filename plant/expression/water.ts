/** Properties of saturated water, as the interlocks and the residence time need them. */

const criticalTemperature = 647.096;

/**
 * Saturation pressure in bar (absolute) at `celsius`. IAPWS-IF97, region 4, equation 30 (Revised Release on the
 * Industrial Formulation 1997, IAPWS R7-97(2012)); NaN outside its 0 °C to 373.946 °C.
 */
export function saturationPressureBar(celsius: number): number {
  const kelvin = celsius + 273.15;
  if (!(kelvin >= 273.15 && kelvin <= criticalTemperature)) return NaN;
  const theta = kelvin - 0.238_555_575_678_49 / (kelvin - 650.175_348_447_98);
  const a = theta ** 2 + 1167.052_145_276_7 * theta - 724_213.167_032_06;
  const b = -17.073_846_940_092 * theta ** 2 + 12_020.824_702_47 * theta - 3_232_555.032_233_3;
  const c = 14.915_108_613_53 * theta ** 2 - 4823.265_736_159_1 * theta + 405_113.405_420_57;
  return 10 * ((2 * c) / (-b + Math.sqrt(b ** 2 - 4 * a * c))) ** 4;
}

/**
 * Density of the saturated liquid in kg/m³ at `celsius`. W. Wagner and A. Pruss, J. Phys. Chem. Ref. Data 22 (1993) 783,
 * equation 2, also IAPWS SR1-86(1992); NaN outside its 0.01 °C to 373.946 °C, but for the last hundredth down to 0 °C.
 */
export function saturatedLiquidDensity(celsius: number): number {
  const kelvin = celsius + 273.15;
  if (!(kelvin >= 273.15 && kelvin <= criticalTemperature)) return NaN;
  const theta = 1 - kelvin / criticalTemperature;
  return (
    322 *
    (1 +
      1.992_740_64 * theta ** (1 / 3) +
      1.099_653_42 * theta ** (2 / 3) -
      0.510_839_303 * theta ** (5 / 3) -
      1.754_934_79 * theta ** (16 / 3) -
      45.517_035_2 * theta ** (43 / 3) -
      674_694.45 * theta ** (110 / 3))
  );
}
