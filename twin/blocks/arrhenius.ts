/** How fast a reaction is at a temperature, told by its speed at one temperature and its activation energy. */

/** Gas constant in kJ/(mol·K), CODATA 2018. */
export const gasConstantKJPerMolK = 0.008314462618;

/** `kRef` at `referenceC`, in s⁻¹ for a first order, L/(mol·s) for a second. */
export type Arrhenius = Readonly<{ kRef: number; referenceC: number; activationKJPerMol: number }>;

const kelvin = (celsius: number): number => celsius + 273.15;

/** In the unit of `kRef`: k = kRef·exp(−Ea/R·(1/T − 1/Tref)). */
export const rateConstant = ({ kRef, referenceC, activationKJPerMol }: Arrhenius, celsius: number): number =>
  kRef === 0
    ? 0
    : kRef * Math.exp((-activationKJPerMol / gasConstantKJPerMolK) * (1 / kelvin(celsius) - 1 / kelvin(referenceC)));
