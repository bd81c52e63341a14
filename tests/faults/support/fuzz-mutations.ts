/** Ways in which a message is damaged whatever its protocol; each has a name by which it is counted. */
import type { FuzzRandom } from './fuzz-random.ts';

export type Mutation = (message: Buffer, other: Buffer, random: FuzzRandom) => Buffer;

const cut = (message: Buffer, random: FuzzRandom): number => random.between(0, Math.max(0, message.length - 1));

export const mutations: Readonly<Record<string, Mutation>> = {
  valid: (message) => message,
  'bits flipped': (message, _, random) => {
    const made = Buffer.from(message);
    const flips = random.chance(0.6) ? 1 : random.between(2, 8);
    for (let flip = 0; flip < flips && made.length > 0; flip += 1) {
      const at = cut(made, random);
      made[at] = (made[at] ?? 0) ^ (1 << random.between(0, 7));
    }
    return made;
  },
  'byte changed': (message, _, random) => {
    const made = Buffer.from(message);
    if (made.length > 0) made[cut(made, random)] = random.bits() & 0xff;
    return made;
  },
  truncated: (message, _, random) => message.subarray(0, cut(message, random)),
  lengthened: (message, _, random) => {
    const at = random.chance(0.5) ? message.length : cut(message, random);
    return Buffer.concat([message.subarray(0, at), random.bytes(random.between(1, 12)), message.subarray(at)]);
  },
  spliced: (message, other, random) =>
    Buffer.concat([message.subarray(0, cut(message, random)), other.subarray(cut(other, random))]),
  'fields swapped': (message, _, random) => {
    const made = Buffer.from(message);
    const width = random.pick([1, 2, 4]);
    if (made.length < 2 * width) return made;
    const [one, two] = [random.between(0, made.length - width), random.between(0, made.length - width)];
    const held = Buffer.from(made.subarray(one, one + width));
    made.copyWithin(one, two, two + width);
    held.copy(made, two);
    return made;
  },
  'part repeated': (message, _, random) => {
    const [from, to] = [cut(message, random), cut(message, random)].sort((one, two) => one - two) as [number, number];
    return Buffer.concat([message.subarray(0, to), message.subarray(from)]);
  },
  'part missing': (message, _, random) => {
    const [from, to] = [cut(message, random), cut(message, random)].sort((one, two) => one - two) as [number, number];
    return Buffer.concat([message.subarray(0, from), message.subarray(to)]);
  },
  'sent twice': (message) => Buffer.concat([message, message]),
  'followed by another': (message, other) => Buffer.concat([message, other]),
  'answer to another': (_, other) => other,
  garbage: (_message, _other, random) => random.bytes(random.between(1, 300)),
};
