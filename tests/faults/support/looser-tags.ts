/** Changes of what rows stand on, and of the skid around them, that make the rows do less. */
import type { Seeded } from '../../../control/interlocks/proof/seeded.ts';
import { some, between, plain, longer, type File, type Tag, type Rule } from './mutant-file.ts';

/** Tags that rows stand on; which these are the envelope says. */
function aboutTag(
  change: (tag: Tag, random: Seeded, file: File, name: string) => string | null,
  fits: (tag: Tag) => boolean,
): (names: readonly string[]) => Rule {
  return (names) => (file, random) => {
    const name = some(
      random,
      names.filter((one) => file.tags[one] !== undefined && fits(file.tags[one])),
    );
    const tag = name === null ? undefined : file.tags[name];
    if (name === null || tag === undefined) return null;
    const said = change(tag, random, file, name);
    return said === null ? null : `${name}: ${said}`;
  };
}

export const pointOther = aboutTag(
  (tag, random, file) => {
    const others = Object.values(file.tags).filter(
      (one) =>
        one.from !== undefined &&
        one.from !== tag.from &&
        one.unit === tag.unit &&
        (one.states === undefined) === (tag.states === undefined),
    );
    const other = some(random, others);
    if (other?.from === undefined) return null;
    const said = `from ${tag.from ?? ''} → ${other.from}`;
    tag.from = other.from;
    return said;
  },
  ({ from, write }) => from !== undefined && write === undefined,
);
export const staleLater = aboutTag(
  (tag, random) => {
    tag.staleAfter = longer(tag.staleAfter ?? '2 s', random);
    return `stale after ${tag.staleAfter}`;
  },
  ({ from }) => from !== undefined,
);
export const criticalGone = aboutTag(
  (tag) => {
    delete tag.critical;
    return 'not critical';
  },
  ({ critical }) => critical === true,
);
export const rangeWider = aboutTag(
  (tag, random) => {
    const [low = '0', high = '0'] = (tag.range ?? '').split('..');
    const before = tag.range ?? '';
    tag.range = `${low}..${plain(Number(high) * between(random, 1.1, 3))}`;
    return `range ${before} → ${tag.range}`;
  },
  ({ from, range }) => from !== undefined && range !== undefined,
);
export const unitOther = aboutTag(
  (tag, random) => {
    const before = tag.unit ?? '';
    tag.unit =
      some(
        random,
        ['°C', 'bar', 'ppm', 'L/min', '%', 'mg/m³', 'kPa'].filter((unit) => unit !== before),
      ) ?? 'K';
    return `unit ${before} → ${tag.unit}`;
  },
  ({ from, unit }) => from !== undefined && unit !== undefined,
);
export const writeWider = aboutTag(
  (tag, random) => {
    if (tag.write === undefined) return null;
    if (random.chance(0.5)) tag.write = { ...tag.write, role: ['operator', 'maintenance'] };
    else tag.write = { ...tag.write, safe: tag.write.safe === 'raise' ? 'lower' : 'raise' };
    return `write ${JSON.stringify(tag.write)}`;
  },
  ({ write }) => write !== undefined,
);

/** How a derived tag is made to say less of a danger. */
const weakerTags: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'R201/T.max': [
    ['max(', 'min('],
    ['R201/TT-201A, R201/TT-201B', 'R201/TT-201A, R201/TT-201A'],
  ],
  'R201/P.min': [['min(', 'max(']],
  'F100/ratio.ligand': [
    ['max(', 'min('],
    ['/ 1', '/ 0.5'],
    ['100 %', '140 %'],
    ['FT-103', 'FT-101'],
  ],
  'F100/ratio.chalcogen': [
    ['max(', 'min('],
    ['/ 1', '/ 0.8'],
    ['100 %', '115 %'],
    ['FT-101', 'FT-103'],
  ],
  'F100/FQ-100': [['F100/FT-104', 'F100/FT-104 + F100/FT-101']],
  'F100/FQ-100.SP': [
    [' + F100/FIC-104.SP', ''],
    ['F100/FIC-101.SP + ', ''],
  ],
  'R201/TY-205': [
    ['300 K', '30 K'],
    ['not R201/cooling.run', 'R201/cooling.run'],
    ['min(R201/T.max', 'min(R201/TT-205'],
  ],
  'R201/resistance25': [
    ['F100/PT-110 - R201/P.min', 'F100/PT-110 - max(R201/PT-201A, R201/PT-201B)'],
    ['1.6 mm', '1.2 mm'],
  ],
  'R201/fouling': [
    ['100 %', '60 %'],
    ['100 %', '90 %'],
  ],
};
export const derivedWeaker: Rule = (file, random) => {
  const name = some(random, Object.keys(weakerTags));
  const change = name === null ? null : some(random, weakerTags[name] ?? []);
  const tag = name === null ? undefined : file.tags[name];
  if (name === null || change === null || tag?.is === undefined || !tag.is.includes(change[0])) return null;
  const before = tag.is;
  tag.is = before.replace(...change);
  return `${name}: "${before}" → "${tag.is}"`;
};

export const skidLooser: Rule = (file, random) => {
  if (random.chance(0.4)) {
    const controller = file.devices['PLC-1'];
    if (controller === undefined) return null;
    controller.watchdog = longer('3 s', random);
    return `watchdog ${controller.watchdog}`;
  }
  const name = some(random, Object.keys(file.limits));
  if (name === null) return null;
  const before = file.limits[name] ?? '';
  file.limits[name] = before.replace(/^\d+/u, (number) => plain(Number(number) * between(random, 1.05, 1.5)));
  return `limit ${name} ${before} → ${file.limits[name]}`;
};
