/** The sizes the whole twin makes over the published range, and what the published corners leave open. */
import {
  calibrated,
  lawThrough,
  publishedCorners,
  twinDiameterNm,
  whatTwoSizesTell,
  withLaw,
} from '../../../twin/skid/calibration.ts';
import { probesOf } from '../../../twin/skid/probes.ts';
import { parameters, SkidInHand } from '../../twin/skid-in-hand.ts';
import type { AccuracyRow } from '../accuracy-row.ts';

const review = 'review of aqueous flow syntheses, Table 2 (Petit et al. 2024): 3.31–4.0 nm at 120–200 °C and 45–60 s';
const law = 'D³ = D0³ + A·exp(−Ea/RT)·t through the published corners, Ea 25 kJ/mol';

/** Corners of the range, and what the law through the published two says between them. */
const sizes = [
  [120, 45, 3.31],
  [120, 60, 3.381],
  [160, 45, 3.521],
  [160, 60, 3.647],
  [200, 45, 3.809],
  [200, 60, 4.0],
] as const;

export function growthRows(): Promise<readonly AccuracyRow[]> {
  const made = sizes.map(([celsius, residenceS, wanted]) => {
    const got = sizeOfRun(celsius, residenceS);
    const isCorner = publishedCorners.some(({ diameterNm }) => diameterNm === wanted);
    return row(
      `diameter at ${celsius} °C and ${residenceS} s, whole line under its controller`,
      got,
      'nm',
      `${wanted} ± 0.01`,
      Math.abs(got - wanted) <= 0.01,
      isCorner ? review : law,
    );
  });
  return Promise.resolve([...made, ...ridgeRows()]);
}

/** What the probe sees of a line that is heated, held there, and fed alike by three pumps. */
function sizeOfRun(celsius: number, residenceS: number): number {
  const third = parameters.reactor.volumeMl / (residenceS / 60) / 3;
  const skid = new SkidInHand().flowing({ chalcogen: third, cadmium: third, ligand: third, flush: 0 }, 17);
  skid.write({ reactorRampRate: 60, reactorSetpoint: celsius });
  skid.wait(900);
  return probesOf(parameters, skid.line.process).shell.dots?.diameterNm ?? Number.NaN;
}

const energies = [15, 20, 25, 30, 35, 40];

function ridgeRows(): readonly AccuracyRow[] {
  const told = whatTwoSizesTell(publishedCorners, energies, { celsius: 160, residenceS: 50 });
  const { leastNm, mostNm } = told.between;
  const [mild, harsh] = publishedCorners;
  const ofTwin = [15, 40].flatMap((energy) => {
    const law = calibrated(parameters, publishedCorners, energy, 0.1);
    if (law === null) return [];
    const twin = withLaw(parameters, law);
    const worst = Math.max(...[mild, harsh].map((one) => Math.abs(twinDiameterNm(twin, one, 0.1) - one.diameterNm)));
    const between = twinDiameterNm(twin, { celsius: 160, residenceS: 50 }, 0.1);
    return [
      row(
        `not identified: with Ea ${energy} kJ/mol, A ${law.factorNm3PerS.toPrecision(4)} nm³/s and D0 ${law.seedDiameterNm.toFixed(3)} nm the twin meets both corners as well (${between.toFixed(3)} nm at 160 °C, 50 s); worst`,
        worst,
        'nm',
        '≤ 0.002',
        worst <= 0.002,
        review,
      ),
    ];
  });
  return [
    ...ofTwin,
    row(
      `not identified: Ea, A and D0; ${told.ridge.length} of ${energies.length} activation energies meet both corners exactly`,
      told.ridge.length,
      'laws',
      'all',
      energies.every((energy) => lawThrough(publishedCorners, energy) !== null),
      'two sizes, three constants (twin/skid/calibration.ts)',
    ),
    row(
      `what that leaves open at 160 °C and 50 s, ${leastNm.toFixed(3)} to ${mostNm.toFixed(3)} nm; ln A goes with Ea by ${told.blind.lnFactorPerKJ.toFixed(3)}, D0 by ${told.blind.seedNmPerKJ.toFixed(4)} nm a kJ/mol`,
      mostNm - leastNm,
      'nm',
      'said, no goal',
      true,
      'the same, Ea 15 to 40 kJ/mol',
    ),
  ];
}

const row = (what: string, got: number, unit: string, goal: string, passed: boolean, source: string): AccuracyRow => ({
  what,
  got,
  unit,
  goal,
  passed,
  source,
});
