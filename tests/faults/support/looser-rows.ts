/** Changes of rows of the matrix that make them do less. */
import {
  tripsOf,
  channelsOf,
  setVote,
  nameOfVote,
  some,
  between,
  plain,
  longer,
  shorter,
  isOnlyPercent,
  loosenedLimit,
  aboutRow,
  votes,
  lowered,
  type Rule,
} from './mutant-file.ts';

export const limitMoved = aboutRow(
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

export const warningMoved = aboutRow(
  ({ warn }, random) => {
    const moved = warn === undefined ? null : loosenedLimit(warn.when, random);
    if (warn === undefined || moved === null) return null;
    const said = `warning "${warn.when}" → "${moved}"`;
    warn.when = moved;
    return said;
  },
  ({ warn }) => warn !== undefined,
);

export const marginTaken = aboutRow(
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

export const delayLonger = aboutRow((row, random) => {
  const condition = some(random, [...tripsOf(row), ...(row.warn === undefined ? [] : [row.warn])]);
  if (condition === null) return null;
  const before = condition.for;
  condition.for = longer(before, random);
  if (random.chance(0.5)) row.processSafetyTime = '1 h';
  return `"${condition.when}" for ${before} → ${condition.for}`;
}, votes);

export const offShorter = aboutRow(
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

export const voteWeaker = aboutRow(
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

export const actionLower = aboutRow(
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

export const armingNarrower = aboutRow((row, random, file) => {
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

export const armingHigher = aboutRow(
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

export const bypassWider = aboutRow((row, random) => {
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

export const latchGone = aboutRow(
  (row) => {
    row.latch = false;
    return 'latch gone';
  },
  (row) => votes(row) && row.latch !== false,
);

export const resetEasier = aboutRow((row, random) => {
  if (random.chance(0.5)) {
    row.reset = { away: shorter('60 s', random) };
    return `reset after ${row.reset.away ?? ''} instead of 60 s`;
  }
  row.reset = { inspection: false };
  return 'reset without inspection';
}, votes);

export const channelDoubled = aboutRow(
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

export const channelOther = aboutRow(
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
export const channelWeaker = aboutRow(
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

export const rowGone: Rule = (file, random) => {
  const number = some(random, Object.keys(file.interlocks));
  if (number === null) return null;
  Reflect.deleteProperty(file.interlocks, number);
  return `row ${number}: removed`;
};

export const warningGone = aboutRow(
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

export const measureGone = aboutRow(
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

export const tripGone = aboutRow(
  (row, random) => {
    const trips = tripsOf(row);
    const at = Math.floor(random.next() * trips.length);
    row.trip = trips.toSpliced(at, 1);
    return `trip "${trips[at]?.when ?? ''}" removed`;
  },
  (row) => tripsOf(row).length > 1,
);

export const wordsWeaker = aboutRow((row, random) => {
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

export const staleFewer = aboutRow(
  (row, random, file) => {
    const critical = Object.keys(file.tags).filter((name) => file.tags[name]?.critical === true);
    const out = Math.floor(random.next() * critical.length);
    row.stale = critical.toSpliced(out, 1);
    return `does not watch ${critical[out] ?? ''}`;
  },
  ({ stale }) => stale !== undefined,
);

export const referenceWeaker = aboutRow(
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
