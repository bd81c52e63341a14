/** From areas with their covariance to fractions of the phosphorus and the conversion, with their expanded uncertainty. Pure. */
import type { Estimate } from '../../plant/analysis.ts';
import type { PhosphorusNmrParameters, PhosphorusSpecies } from '../../plant/method/phosphorus-nmr.ts';
import type { Found } from './fit-species.ts';
import type { Response } from './response.ts';

export type Amounts = Readonly<{ conversion: Estimate; tcep: Estimate; oxide: Estimate; tcepX: Estimate }>;

/** Areas of the species in their order, and their covariance, row by row; in one unit, whichever. */
export type Areas = Readonly<{ values: Float64Array; covariance: Float64Array }>;

/** Joins the lines that were fitted with those that may be there: what these would take from the former is taken. */
export function areasOf({ fit, fitted, hidden }: Found, species: readonly PhosphorusSpecies[], spread: number): Areas {
  const lines = fit.model.lines.length;
  const values = new Float64Array(species.length);
  const covariance = new Float64Array(species.length ** 2);
  const [taken, takenCovariance] = [new Float64Array(lines), new Float64Array(lines * lines)];
  for (const each of hidden.values()) {
    for (let k = 0; k < lines; k += 1) taken[k] = (taken[k] ?? 0) + (each.taken[k] ?? 0);
    for (let k = 0; k < lines * lines; k += 1)
      takenCovariance[k] = (takenCovariance[k] ?? 0) + (each.takenCovariance[k] ?? 0);
  }
  species.forEach((a, i) => {
    const k = fitted.get(a.name);
    const own = hidden.get(a.name);
    if (k !== undefined) values[i] = Math.max(0, (fit.amplitudes[k] ?? 0) - (taken[k] ?? 0));
    else values[i] = own?.amplitude ?? 0;
    species.forEach((b, j) => {
      const l = fitted.get(b.name);
      const other = hidden.get(b.name);
      const at = i * species.length + j;
      if (k !== undefined && l !== undefined) {
        covariance[at] = spread * ((fit.covariance[k * lines + l] ?? 0) + (takenCovariance[k * lines + l] ?? 0));
      } else if (k !== undefined) covariance[at] = spread * (other?.shared[k] ?? 0);
      else if (l !== undefined) covariance[at] = spread * (own?.shared[l] ?? 0);
      else if (i === j) covariance[at] = spread * (own?.variance ?? 0);
    });
  });
  return { values, covariance };
}

/**
 * Fractions of the phosphorus of all species, and conversion = chalcogenide/(phosphine + chalcogenide), in %. Where the oxide `counts as
 * unconverted` it stands in the denominator too: then phosphine that was lost to oxygen keeps the conversion below 100 %. Uncertainties are expanded
 * (k = 2): of the fit, and of the response factors, which are taken as independent of each other.
 */
export function amountsOf(
  { values, covariance }: Areas,
  parameters: PhosphorusNmrParameters,
  responses: readonly Response[],
): Amounts | null {
  const { species, oxide } = parameters;
  const count = species.length;
  const amounts = Float64Array.from(species, (_, i) => (values[i] ?? 0) / (responses[i]?.factor ?? 1));
  const spread = new Float64Array(count * count);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < count; j += 1) {
      const scaled = (covariance[i * count + j] ?? 0) / ((responses[i]?.factor ?? 1) * (responses[j]?.factor ?? 1));
      spread[i * count + j] = scaled + (i === j ? ((amounts[i] ?? 0) * (responses[i]?.relative ?? 0)) ** 2 : 0);
    }
  }
  const ratio = (
    above: (s: PhosphorusSpecies) => boolean,
    below: (s: PhosphorusSpecies) => boolean,
  ): Estimate | null => {
    let [top, bottom] = [0, 0];
    species.forEach((each, i) => {
      if (above(each)) top += amounts[i] ?? 0;
      if (below(each)) bottom += amounts[i] ?? 0;
    });
    if (!(bottom > 0)) return null;
    const slopes = species.map((each) => (Number(above(each)) - (top / bottom) * Number(below(each))) / bottom);
    let variance = 0;
    for (let i = 0; i < count; i += 1) {
      for (let j = 0; j < count; j += 1) variance += (slopes[i] ?? 0) * (slopes[j] ?? 0) * (spread[i * count + j] ?? 0);
    }
    const uncertainty = 200 * Math.sqrt(Math.max(0, variance));
    const value = (100 * top) / bottom;
    return Number.isFinite(uncertainty) && Number.isFinite(value) ? { value, uncertainty } : null;
  };
  const of = (role: PhosphorusSpecies['role']) => (each: PhosphorusSpecies) => each.role === role;
  const all = (): boolean => true;
  const counted = (each: PhosphorusSpecies): boolean => oxide === 'counts as unconverted' || each.role !== 'oxide';
  const conversion = ratio(of('chalcogenide'), counted);
  const [tcep, oxidised, tcepX] = [
    ratio(of('phosphine'), all),
    ratio(of('oxide'), all),
    ratio(of('chalcogenide'), all),
  ];
  return conversion === null || tcep === null || oxidised === null || tcepX === null
    ? null
    : { conversion, tcep, oxide: oxidised, tcepX };
}
