/**
 * Free induction decays of stage 1 whose amounts are known: sums of decaying exponentials, made in the time domain and by
 * nothing that the analysis uses. Every one has its own field, width of spectrum, homogeneity, pH, flow, phases, dead time,
 * drift (of the field since it was referenced, and while the scans are added up), transient in the first points, and noise.
 */
import type { SpectrumData } from '../../../../plant/spectrum.ts';
import { randomOf, type Random } from './random.ts';

export type Chalcogen = 's' | 'se' | 'te';

/** One line: `amplitude` is that of its first point; `satellites` of it are shared by two lines at ± half the coupling. */
export type TrueLine = Readonly<{
  name: string;
  ppm: number;
  widthHz: number;
  amplitude: number;
  satellites: number;
  couplingHz: number;
}>;

export type SyntheticFid = Readonly<{
  chalcogen: Chalcogen;
  data: SpectrumData;
  inputs: Readonly<{ pH: number; flow: number }>;
  /** Of the true amounts, %. */
  conversion: number;
  fractions: Readonly<{ tcep: number; oxide: number; tcepX: number }>;
  /** Of the highest line of a species (no satellite, not the reference), over one standard deviation, in the spectrum matched to it. */
  signalToNoise: number;
  /** The same as the spectrum has it without apodisation, over all points. */
  plainSignalToNoise: number;
  /** As `signalToNoise`, of every species' line. */
  lineSignalToNoise: Readonly<Record<string, number>>;
  lines: readonly TrueLine[];
  /** Standard deviation of the noise of each channel of each point. */
  noise: number;
  deadTimeS: number;
  phaseRad: number;
}>;

/** What is known of relaxation here, as the methods say it: T1 in s with its standard uncertainty, and the rest in %. */
export type Relaxation = Readonly<
  Record<string, Readonly<{ t1S: number; uncertaintyS: number; otherPercent: number }>>
>;
export type Cell = Readonly<{ volumeMl: number; magnetisedMl: number }>;

/** Factor of area to amount: the part of the cell that is fresh, as far as it was magnetised on its way, and the part that was pulsed before. */
function response(t1S: number, flow: number, cell: Cell, repetitionS: number, pulseDegrees: number): number {
  const mlPerS = flow / 60;
  const fresh = Math.min(1, (mlPerS * repetitionS) / cell.volumeMl);
  const onTheWay = mlPerS > 0 ? 1 - Math.exp(-cell.magnetisedMl / mlPerS / t1S) : 1;
  const e1 = Math.exp(-repetitionS / t1S);
  const steady = (1 - e1) / (1 - Math.cos((pulseDegrees * Math.PI) / 180) * e1);
  return fresh * onTheWay + (1 - fresh) * steady;
}

export type Scene = Readonly<{
  signalToNoise: number;
  /** In which spectrum: `matched` to the line's width where nothing is said, or `plain`, without apodisation. */
  saidOf?: 'matched' | 'plain';
  chalcogen: Chalcogen;
  relaxation: Relaxation;
  cell: Cell;
  points?: number;
}>;

export function syntheticFid(seed: number, scene: Scene): SyntheticFid {
  const random = randomOf(seed);
  const frequencyMHz = random.between(24.3, 32.4);
  const spectralWidthHz = random.between(230, 330) * frequencyMHz;
  const points = scene.points ?? random.oneOf([8192, 16_384, 32_768]);
  const carrierPpm = random.between(10, 25);
  const pH = random.between(8.6, 11);
  const flow = random.between(2, 12);
  const repetitionS = random.between(8, 20);
  const pulseDegrees = 90;

  const conversion = random.between(0, 1);
  const oxide = random.between(0, 0.12);
  const amounts = { tcep: (1 - oxide) * (1 - conversion), oxide, tcepX: (1 - oxide) * conversion };
  const ofName = { tcep: 'tcep', oxide: 'oxide', tcepX: { s: 'tcepS', se: 'tcepSe', te: 'tcepTe' }[scene.chalcogen] };
  const area = (name: string, amount: number): number => {
    const known = scene.relaxation[name] ?? { t1S: 5, uncertaintyS: 0, otherPercent: 0 };
    const t1 = Math.max(0.2, known.t1S + known.uncertaintyS * random.normal());
    const other = 1 + (known.otherPercent / 100) * random.normal();
    return amount * other * response(t1, flow, scene.cell, repetitionS, pulseDegrees);
  };

  const homogeneity = random.between(1.5, 7);
  const protonated = 1 / (1 + 10 ** (pH + 0.05 * random.normal() - 7.66));
  const line = (
    name: string,
    ppm: number,
    amplitude: number,
    extraHz: number,
    isotope = 0,
    couplingHz = 0,
  ): TrueLine => ({
    name,
    ppm,
    widthHz: homogeneity + extraHz,
    amplitude,
    satellites: isotope,
    couplingHz,
  });
  const product = {
    s: () => line('tcepX', random.between(51, 53), area(ofName.tcepX, amounts.tcepX), random.between(0, 0.6)),
    se: () =>
      line(
        'tcepX',
        random.between(41.5, 43.5),
        area(ofName.tcepX, amounts.tcepX),
        random.between(0, 0.6),
        0.0763,
        random.between(650, 700),
      ),
    te: () => line('tcepX', random.between(-13, -11), area(ofName.tcepX, amounts.tcepX), random.between(8, 22)),
  }[scene.chalcogen]();
  const lines = [
    line('reference', 0, random.between(0.4, 0.9), random.between(0, 0.3)),
    line(
      'tcep',
      -16 + 32 * protonated + 0.1 * random.normal(),
      area(ofName.tcep, amounts.tcep),
      random.between(0, 0.8),
    ),
    line('oxide', 58 + 0.3 * random.normal(), area(ofName.oxide, amounts.oxide), random.between(0, 0.6)),
    product,
  ];

  const matched = (l: TrueLine): number => {
    const decay = (2 * Math.PI * l.widthHz) / spectralWidthHz;
    return l.amplitude * (1 - l.satellites) * Math.sqrt((1 - Math.exp(-decay * points)) / (1 - Math.exp(-decay)));
  };
  const plain = (l: TrueLine): number => {
    const fade = Math.exp((-Math.PI * l.widthHz) / spectralWidthHz);
    return (l.amplitude * (1 - l.satellites) * (1 - fade ** points)) / (1 - fade) / Math.sqrt(points);
  };
  const ofSpecies = lines.filter(({ name }) => name !== 'reference');
  const noise = Math.max(...ofSpecies.map(scene.saidOf === 'plain' ? plain : matched)) / scene.signalToNoise;
  const deadTimeS = random.between(0, 30e-6);
  const phaseRad = random.between(-Math.PI, Math.PI);
  const driftPpm = 0.3 * random.normal();
  const driftHz = random.between(0, 1.5);
  const { re, im } = decayOf(lines, {
    points,
    spectralWidthHz,
    frequencyMHz,
    carrierPpm: carrierPpm - driftPpm,
    deadTimeS,
    phaseRad,
    driftHz,
  });
  const transient = 0.03 * random.normal();
  for (let n = 0; n < points; n += 1) {
    const ring = transient * Math.exp(-n / 1.5);
    re[n] = re[n]! + ring + noise * (0.02 + random.normal());
    im[n] = im[n]! - ring + noise * (-0.01 + random.normal());
  }
  return {
    chalcogen: scene.chalcogen,
    data: {
      x: { title: 'Time', unit: 's', values: Float64Array.from({ length: points }, (_, n) => n / spectralWidthHz) },
      y: { title: 'Real', unit: null, values: re },
      imaginary: im,
      nmr: {
        nucleus: '31P',
        frequencyMHz,
        spectralWidthHz,
        carrierPpm,
        groupDelayPoints: 0,
        scans: 16,
        repetitionS,
        pulseDegrees,
      },
      takenAt: null,
      facts: {},
    },
    inputs: { pH, flow },
    conversion: 100 * conversion,
    fractions: { tcep: 100 * amounts.tcep, oxide: 100 * oxide, tcepX: 100 * amounts.tcepX },
    signalToNoise: Math.max(...ofSpecies.map(matched)) / noise,
    plainSignalToNoise: Math.max(...ofSpecies.map(plain)) / noise,
    lineSignalToNoise: Object.fromEntries(ofSpecies.map((l) => [l.name, matched(l) / noise])),
    lines,
    noise,
    deadTimeS,
    phaseRad,
  };
}

type Taking = Readonly<{
  points: number;
  spectralWidthHz: number;
  frequencyMHz: number;
  carrierPpm: number;
  deadTimeS: number;
  phaseRad: number;
  /** By how much the field moves, evenly, while the scans are added up. */
  driftHz: number;
}>;

/** The sum of the lines' decays, without noise. */
export function decayOf(lines: readonly TrueLine[], taking: Taking): { re: Float64Array; im: Float64Array } {
  const re = new Float64Array(taking.points);
  const im = new Float64Array(taking.points);
  const dwell = 1 / taking.spectralWidthHz;
  for (const l of lines) {
    const middle = (l.ppm - taking.carrierPpm) * taking.frequencyMHz;
    const parts: readonly (readonly [hz: number, share: number])[] = [
      [middle, 1 - l.satellites],
      [middle - l.couplingHz / 2, l.satellites / 2],
      [middle + l.couplingHz / 2, l.satellites / 2],
    ];
    for (const [hz, share] of parts) {
      if (share === 0) continue;
      for (let n = 0; n < taking.points; n += 1) {
        const t = n * dwell;
        const moved = Math.PI * taking.driftHz * t;
        const fading = moved === 0 ? 1 : Math.sin(moved) / moved;
        const size = l.amplitude * share * Math.exp(-Math.PI * l.widthHz * t) * fading;
        const angle = taking.phaseRad + 2 * Math.PI * hz * (t + taking.deadTimeS);
        re[n] = re[n]! + size * Math.cos(angle);
        im[n] = im[n]! + size * Math.sin(angle);
      }
    }
  }
  return { re, im };
}

export type { Random };
