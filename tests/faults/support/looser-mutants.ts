/**
 * Changes to the CdSe line's definition that make it looser than its envelope, each by a rule that says why it is looser. A change
 * that is only another way of saying the same is made by none of them: see `notCounted`.
 */
import type { Seeded } from '../../../control/interlocks/proof/seeded.ts';

/** A skid file as YAML reads it. */
export type File = {
  tags: Record<string, Tag>;
  interlocks: Record<string, Row>;
  devices: Record<string, { model: string; watchdog?: string }>;
  limits: Record<string, string>;
};
type Tag = {
  from?: string;
  is?: string;
  unit?: string;
  range?: string;
  critical?: boolean;
  staleAfter?: string;
  states?: unknown;
  write?: { role: string | string[]; safe?: string };
};
type Condition = {
  when: string;
  for: string;
  off?: string;
  also?: string[];
  action?: string;
  armed?: string;
  calls?: string;
};
type Row = {
  vote?: string;
  stale?: string | string[];
  armed?: string;
  reference?: Record<string, string>;
  warn?: Condition;
  trip?: Condition | Condition[];
  action: string;
  latch?: boolean;
  reset?: { away?: string; inspection?: boolean };
  mirrors?: boolean;
  backup?: string;
  proofTest?: { every: string };
  processSafetyTime: string;
  bypass: 'never' | { by: string[]; for: string; meanwhile: string };
};

/** Changes the file in place. @returns what was changed, or null where the rule has nothing to change there */
type Rule = (file: File, random: Seeded) => string | null;

/** What is no looser, and so is never made, with why. */
export const notCounted: readonly string[] = [
  'the limit of a row whose channels are all 0 % or 100 %, moved between these: it trips at the same fields',
  'a channel put in place of one that is made of it: max() of two thermometers for one of them trips no later',
  'the lower bound of a divisor, max(flow, 1 mL/min), where a smaller divisor makes the row trip earlier (row 10)',
  'a warning behind its own trip: what trips needs no warning',
  'titles, reasons, decimals, normal bands: nothing goes by them',
];

const rowsOf = (file: File): readonly (readonly [string, Row])[] => Object.entries(file.interlocks);
const tripsOf = ({ trip }: Row): Condition[] => (trip === undefined ? [] : Array.isArray(trip) ? trip : [trip]);
const channelsOf = ({ vote = '' }: Row): string[] => {
  const inside = /\[(.*)\]$/su.exec(vote)?.[1] ?? '';
  return inside === '' ? [] : split(inside);
};
const setVote = (row: Row, name: string, channels: readonly string[]): void => {
  row.vote = `${name} [${channels.join(', ')}]`;
};
const nameOfVote = ({ vote = '' }: Row): string => vote.slice(0, 4);

function split(text: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (text[i] !== ',' || depth > 0) continue;
    parts.push(text.slice(from, i).trim());
    from = i + 1;
  }
  return [...parts, text.slice(from).trim()];
}

const some = <T>(random: Seeded, from: readonly T[]): T | null => random.pick(from) ?? null;
const between = (random: Seeded, low: number, high: number): number => low + (high - low) * random.next();
const plain = (value: number): string => String(Number(value.toPrecision(4)));
const inMs = (text: string): number => {
  const [number = '0', unit = 's'] = text.split(' ');
  return Number(number) * ({ ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 1000);
};
const longer = (text: string, random: Seeded): string =>
  `${plain(Math.max(200, inMs(text) * between(random, 1.15, 8)) / 1000)} s`;
const shorter = (text: string, random: Seeded): string => `${plain((inMs(text) * between(random, 0, 0.9)) / 1000)} s`;

const isOnlyPercent = (row: Row): boolean => channelsOf(row).every((channel) => /^percent\(/u.test(channel));

/** A limit beyond where it was: above for ">", below for "<". */
function loosenedLimit(when: string, random: Seeded): string | null {
  const limits = [...when.matchAll(/(?<side>[<>]) (?<before>reference \+ |)(?<number>-?\d+(?:\.\d+)?)/gu)];
  const limit = some(random, limits);
  if (limit?.groups === undefined) return null;
  const { side = '', before = '', number = '0' } = limit.groups;
  const by = Math.max(0.01, Math.abs(Number(number))) * between(random, 0.01, 0.4);
  const moved = plain(Number(number) + (side === '>' ? by : -by));
  return `${when.slice(0, limit.index)}${side} ${before}${moved}${when.slice(limit.index + limit[0].length)}`;
}

function aboutRow(
  change: (row: Row, random: Seeded, file: File) => string | null,
  fits: (row: Row, number: string) => boolean = () => true,
): Rule {
  return (file, random) => {
    const chosen = some(
      random,
      rowsOf(file).filter(([number, row]) => fits(row, number)),
    );
    if (chosen === null) return null;
    const said = change(chosen[1], random, file);
    return said === null ? null : `row ${chosen[0]}: ${said}`;
  };
}

const votes = (row: Row): boolean => row.vote !== undefined;
const stronger = ['B', 'H', 'Hcd', 'S', 'E'];
const lowered = (action: string, random: Seeded): string | null => {
  const at = stronger.indexOf(action);
  return at < 0 ? null : (some(random, ['A', ...stronger].slice(0, at + 1)) ?? null);
};

const limitMoved = aboutRow(
  (row, random) => {
    const condition = some(random, tripsOf(row));
    const moved = condition === null ? null : loosenedLimit(condition.when, random);
    if (condition === null || moved === null) return null;
    const said = `trip "${condition.when}" → "${moved}"`;
    condition.when = moved;
    return said;
  },
  (row) => votes(row) && !isOnlyPercent(row),
);

const warningMoved = aboutRow(
  ({ warn }, random) => {
    const moved = warn === undefined ? null : loosenedLimit(warn.when, random);
    if (warn === undefined || moved === null) return null;
    const said = `warning "${warn.when}" → "${moved}"`;
    warn.when = moved;
    return said;
  },
  ({ warn }) => warn !== undefined,
);

const marginTaken = aboutRow(
  (row, random) => {
    const [trip] = tripsOf(row);
    if (trip === undefined) return null;
    const before = trip.when;
    trip.when = random.chance(0.5)
      ? before.replace('+ 5 °C', `+ ${plain(between(random, 0, 4.5))} °C`)
      : before.replace('+ 0.5 bar', `+ ${plain(between(random, 0, 0.45))} bar`);
    return `trip "${before}" → "${trip.when}"`;
  },
  (_, number) => number === '11',
);

const delayLonger = aboutRow((row, random) => {
  const condition = some(random, [...tripsOf(row), ...(row.warn === undefined ? [] : [row.warn])]);
  if (condition === null) return null;
  const before = condition.for;
  condition.for = longer(before, random);
  if (random.chance(0.5)) row.processSafetyTime = '1 h';
  return `"${condition.when}" for ${before} → ${condition.for}`;
}, votes);

const offShorter = aboutRow(
  (row, random) => {
    const condition = some(
      random,
      [...tripsOf(row), ...(row.warn === undefined ? [] : [row.warn])].filter(({ off }) => off !== undefined),
    );
    if (condition?.off === undefined) return null;
    const before = condition.off;
    condition.off = shorter(before, random);
    return `off ${before} → ${condition.off}`;
  },
  (row) => [...tripsOf(row), row.warn].some((one) => one?.off !== undefined),
);

const voteWeaker = aboutRow(
  (row, random) => {
    const [name, channels] = [nameOfVote(row), channelsOf(row)];
    const out = Math.floor(random.next() * channels.length);
    const left = channels.toSpliced(out, 1);
    const all = random.chance(0.5);
    if (name === '1oo2') setVote(row, all ? '2oo2' : '1oo1', all ? channels : left);
    else if (name === '2oo3') setVote(row, '2oo2', left);
    else if (name === '1oo3') setVote(row, all ? '2oo3' : '1oo2', all ? channels : left);
    else return null;
    return `vote ${name} → ${row.vote ?? ''}`;
  },
  (row) => votes(row) && nameOfVote(row) !== '1oo1',
);

const actionLower = aboutRow(
  (row, random) => {
    const trips = tripsOf(row);
    const trip = random.chance(0.5)
      ? some(
          random,
          trips.filter(({ action }) => action !== undefined),
        )
      : null;
    const before = trip?.action ?? row.action;
    const action = lowered(before, random);
    if (action === null) return null;
    if (trip === null) row.action = action;
    else trip.action = action;
    return `action ${before} → ${action}`;
  },
  ({ action }) => action !== 'A',
);

const armingNarrower = aboutRow((row, random, file) => {
  const before = row.armed;
  const tag = some(
    random,
    Object.keys(file.tags).filter(
      (name) => /°C|mL\/min/u.test(file.tags[name]?.unit ?? '') && file.tags[name]?.from !== undefined,
    ),
  );
  if (tag === null) return null;
  const unit = file.tags[tag]?.unit ?? '';
  const more = `${tag} > ${plain(between(random, 2, 40))} ${unit}`;
  row.armed = before === undefined ? more : `(${before}) and ${more}`;
  return `armed while ${row.armed}`;
}, votes);

const armingHigher = aboutRow(
  (row, random) => {
    const before = row.armed ?? '';
    const moved = before.replace(
      /> (\d+(?:\.\d+)?)/u,
      (_, number: string) => `> ${plain(Number(number) * between(random, 1.05, 1.8))}`,
    );
    if (moved === before) return null;
    row.armed = moved;
    return `armed while "${before}" → "${moved}"`;
  },
  ({ armed }) => /> \d/u.test(armed ?? ''),
);

const bypassWider = aboutRow((row, random) => {
  if (row.bypass === 'never') {
    row.bypass = { by: ['process engineer'], for: '15 min', meanwhile: 'Somebody watches it.' };
    return 'bypass never → for 15 min';
  }
  if (random.chance(0.5)) {
    const before = row.bypass.for;
    row.bypass.for = longer(before, random);
    return `bypass for ${before} → ${row.bypass.for}`;
  }
  row.bypass.by = [...row.bypass.by, 'quality'];
  return 'bypass by one role more';
});

const latchGone = aboutRow(
  (row) => {
    row.latch = false;
    return 'latch gone';
  },
  (row) => votes(row) && row.latch !== false,
);

const resetEasier = aboutRow((row, random) => {
  if (random.chance(0.5)) {
    row.reset = { away: shorter('60 s', random) };
    return `reset after ${row.reset.away ?? ''} instead of 60 s`;
  }
  row.reset = { inspection: false };
  return 'reset without inspection';
}, votes);

const channelDoubled = aboutRow(
  (row, random) => {
    const channels = channelsOf(row);
    const [from, to] = [Math.floor(random.next() * channels.length), Math.floor(random.next() * channels.length)];
    const before = row.vote ?? '';
    if (from === to) return null;
    setVote(row, nameOfVote(row), channels.with(to, channels[from] ?? ''));
    return `vote ${before} → ${row.vote ?? ''}`;
  },
  (row) => channelsOf(row).length > 1,
);

const channelOther = aboutRow(
  (row, random, file) => {
    const channels = channelsOf(row);
    const at = Math.floor(random.next() * channels.length);
    const channel = channels[at] ?? '';
    const tag = file.tags[channel];
    const others = Object.keys(file.tags).filter((name) => {
      const other = file.tags[name];
      return (
        name !== channel &&
        other?.from !== undefined &&
        other.unit === tag?.unit &&
        (other.states === undefined) === (tag?.states === undefined)
      );
    });
    const other = tag === undefined ? null : some(random, others);
    if (other === null) return null;
    setVote(row, nameOfVote(row), channels.with(at, other));
    return `channel ${channel} → ${other}`;
  },
  (row) => channelsOf(row).some((channel) => /^[A-Z0-9]+\/[A-Za-z0-9.-]+$/u.test(channel)),
);

/** Inside a channel that is worked out: its own figures. */
const channelWeaker = aboutRow(
  (row) => {
    const before = row.vote ?? '';
    const weaker = before
      .replace('95.5 % * percent', '94 % * percent')
      .replace('< 0.3 m/s or', '< 0.2 m/s or')
      .replace('100 % * F100/FQ-100 ', '130 % * F100/FQ-100 ')
      .replace('PLC/firstOut = 2', 'PLC/firstOut = 5')
      .replace('percent(G900/ZS-909A)', 'percent(not G900/ZS-909A)');
    if (weaker === before) return null;
    row.vote = weaker;
    return `vote ${before} → ${weaker}`;
  },
  (_, number) => ['14', '16', '20', '23', '24'].includes(number),
);

const rowGone: Rule = (file, random) => {
  const number = some(random, Object.keys(file.interlocks));
  if (number === null) return null;
  Reflect.deleteProperty(file.interlocks, number);
  return `row ${number}: removed`;
};

const warningGone = aboutRow(
  (row, random) => {
    if (row.warn?.calls !== undefined && random.chance(0.5)) {
      delete row.warn.calls;
      return 'calls for no flush';
    }
    delete row.warn;
    return 'warning removed';
  },
  ({ warn }) => warn !== undefined,
);

const measureGone = aboutRow(
  (row, random) => {
    const condition = some(
      random,
      [...tripsOf(row), ...(row.warn === undefined ? [] : [row.warn])].filter(({ also }) => also !== undefined),
    );
    const gone = condition?.also?.pop();
    if (condition === null || gone === undefined) return null;
    if (condition.also?.length === 0) delete condition.also;
    return `"${condition.when}" takes no measure "${gone}"`;
  },
  (row) => [...tripsOf(row), row.warn].some((one) => one?.also !== undefined),
);

const tripGone = aboutRow(
  (row, random) => {
    const trips = tripsOf(row);
    const at = Math.floor(random.next() * trips.length);
    row.trip = trips.toSpliced(at, 1);
    return `trip "${trips[at]?.when ?? ''}" removed`;
  },
  (row) => tripsOf(row).length > 1,
);

const wordsWeaker = aboutRow((row, random) => {
  const which = Math.floor(random.next() * 4);
  if (which === 0 && row.proofTest !== undefined) {
    if (random.chance(0.5)) delete row.proofTest;
    else row.proofTest = { every: '720 d' };
    return 'proof test less often';
  }
  if (which === 1) {
    row.processSafetyTime = longer(row.processSafetyTime, random);
    return `process safety time ${row.processSafetyTime}`;
  }
  if (which === 2 && row.backup === undefined) {
    row.backup = 'Something else.';
    return 'said to be backed up';
  }
  row.mirrors = row.mirrors !== true;
  return `mirrors: ${row.mirrors}`;
}, votes);

const staleFewer = aboutRow(
  (row, random, file) => {
    const critical = Object.keys(file.tags).filter((name) => file.tags[name]?.critical === true);
    const out = Math.floor(random.next() * critical.length);
    row.stale = critical.toSpliced(out, 1);
    return `does not watch ${critical[out] ?? ''}`;
  },
  ({ stale }) => stale !== undefined,
);

const referenceWeaker = aboutRow(
  (row, random) => {
    const { reference } = row;
    if (reference === undefined) return null;
    const which = some(random, ['within', 'ramped', 'value', 'heating'] as const) ?? 'within';
    const to = {
      within: `${plain(between(random, 0.2, 2.5))} °C`,
      ramped: 'R201/TIC-201.SP',
      value: 'R201/TT-202',
      heating: 'R201/cooling.run',
    };
    reference[which] = to[which];
    return `reference ${which}: ${to[which]}`;
  },
  ({ reference }) => reference !== undefined,
);

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

const pointOther = aboutTag(
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
const staleLater = aboutTag(
  (tag, random) => {
    tag.staleAfter = longer(tag.staleAfter ?? '2 s', random);
    return `stale after ${tag.staleAfter}`;
  },
  ({ from }) => from !== undefined,
);
const criticalGone = aboutTag(
  (tag) => {
    delete tag.critical;
    return 'not critical';
  },
  ({ critical }) => critical === true,
);
const rangeWider = aboutTag(
  (tag, random) => {
    const [low = '0', high = '0'] = (tag.range ?? '').split('..');
    const before = tag.range ?? '';
    tag.range = `${low}..${plain(Number(high) * between(random, 1.1, 3))}`;
    return `range ${before} → ${tag.range}`;
  },
  ({ from, range }) => from !== undefined && range !== undefined,
);
const unitOther = aboutTag(
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
const writeWider = aboutTag(
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
const derivedWeaker: Rule = (file, random) => {
  const name = some(random, Object.keys(weakerTags));
  const change = name === null ? null : some(random, weakerTags[name] ?? []);
  const tag = name === null ? undefined : file.tags[name];
  if (name === null || change === null || tag?.is === undefined || !tag.is.includes(change[0])) return null;
  const before = tag.is;
  tag.is = before.replace(...change);
  return `${name}: "${before}" → "${tag.is}"`;
};

const skidLooser: Rule = (file, random) => {
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

/** @param tags that the envelope stands on */
export const looserRules = (tags: readonly string[]): Readonly<Record<string, Rule>> => ({
  'limit moved': limitMoved,
  'limit moved again': limitMoved,
  'warning moved': warningMoved,
  'margin to boiling taken': marginTaken,
  'delay longer': delayLonger,
  'off-delay shorter': offShorter,
  'vote weaker': voteWeaker,
  'action lower': actionLower,
  'arming narrower': armingNarrower,
  'arming limit higher': armingHigher,
  'bypass wider': bypassWider,
  'latch gone': latchGone,
  'reset easier': resetEasier,
  'channel doubled': channelDoubled,
  'another channel': channelOther,
  'channel weaker': channelWeaker,
  'row gone': rowGone,
  'warning gone': warningGone,
  'measure gone': measureGone,
  'trip gone': tripGone,
  'words weaker': wordsWeaker,
  'fewer tags watched': staleFewer,
  'reference weaker': referenceWeaker,
  'another point': pointOther(tags),
  'stale later': staleLater(tags),
  'not critical': criticalGone(tags),
  'range wider': rangeWider(tags),
  'another unit': unitOther(tags),
  'write wider': writeWider(tags),
  'derived tag weaker': derivedWeaker,
  'skid looser': skidLooser,
});
