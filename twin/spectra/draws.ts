/** Chance for one spectrum: normal and Poisson draws of a source that is given in, so that the same source gives the same spectrum. */

export type Draws = Readonly<{
  /** In [0, 1). */
  uniform: () => number;
  /** Standard normal. */
  normal: () => number;
  /** A count with this mean. */
  count: (mean: number) => number;
}>;

export function drawsOf(random: () => number): Draws {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return { uniform: random, normal, count: (mean) => count(mean, random, normal) };
}

/** Beyond this mean a count is as good as normal. */
const manyCounts = 40;

function count(mean: number, random: () => number, normal: () => number): number {
  if (!(mean > 0)) return 0;
  if (mean > manyCounts) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  // Knuth: as many uniform draws as keep their product above exp(−mean).
  const least = Math.exp(-mean);
  let number = 0;
  for (let product = random(); product > least && number < 1000; product *= random()) number += 1;
  return number;
}

/**
 * A source in [0, 1) for one spectrum of one instrument: its draws do not depend on how many another has made.
 * sfc32 (C. Doty-Humphrey, PractRand), begun with the three numbers.
 */
export function sourceOf(seed: number, stream: number, index: number): () => number {
  let [a, b, c, counter] = [seed | 0, stream | 0, index | 0, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let i = 0; i < 15; i += 1) next();
  return next;
}
