/**
 * What the rows of a matrix ask for at one scan, counted by hand: nothing here is shared with the step but the evaluation of
 * expressions, so that a fault of the step is not a fault of what it is measured by.
 */
import type { CheckedExpression, Evaluated, Lookup } from '../../../../plant/expression.ts';
import { evaluate } from '../../../../plant/expression/evaluate.ts';
import { bad, good, isGood } from '../../../../plant/quality.ts';
import type { Demand } from '../../../../plant/safe-state.ts';
import type { LocalTag } from '../../../../plant/sample.ts';
import type { InterlockDefinition, SkidType, Vote } from '../../../../plant/skid/definition.ts';

const neededOf = { '1oo1': 1, '1oo2': 1, '1oo3': 1, '2oo2': 2, '2oo3': 2 } as const satisfies Record<Vote, number>;
const channelsOf = { '1oo1': 1, '1oo2': 2, '1oo3': 3, '2oo2': 2, '2oo3': 3 } as const satisfies Record<Vote, number>;

export type Moment = Readonly<{
  /** Process time in ms. */
  now: number;
  sourceTime: number;
  samples: ReadonlyMap<LocalTag, Evaluated>;
  changeover: boolean;
  /** The channel of a row that does not vote. */
  bypassed: ReadonlyMap<number, number>;
}>;

/** What must be there after the scan, whatever came before it. */
export type Expected = Readonly<{
  row: number;
  demand: Demand;
  warns: boolean;
  measures: readonly string[];
}>;

type Anchor = Readonly<{ value: number; source: number; at: number; perSecond: number }> | null;

export class Oracle {
  readonly #type: SkidType;
  /** By row and trip: since when every scan has seen the vote. */
  readonly #since = new Map<string, number>();
  readonly #anchors = new Map<string, Anchor>();
  #lookup: Lookup = () => ({ value: null, quality: bad });
  #moment: Moment | null = null;

  constructor(type: SkidType) {
    this.#type = type;
  }

  at(moment: Moment): readonly Expected[] {
    this.#moment = moment;
    this.#lookup = (tag) => moment.samples.get(tag) ?? { value: null, quality: bad };
    const hot = this.#type.tags
      .filter(({ critical, unit }) => critical && unit === '°C')
      .some(({ name }) => {
        const { value, quality } = this.#lookup(name);
        return !isGood(quality) || typeof value !== 'number' || value >= 90;
      });
    return this.#type.interlocks.filter(({ stale }) => stale === null).flatMap((row) => this.#row(row, moment, hot));
  }

  #row(row: InterlockDefinition, { now, changeover, bypassed }: Moment, hot: boolean): readonly Expected[] {
    const channels = row.channels.map((channel) => evaluate(channel.root, this.#lookup));
    const rates = channels.map((channel, i) => this.#rate(`${row.row}/${i}`, channel));
    const mode = { changeover: { value: changeover, quality: good } };
    const out = bypassed.get(row.row);
    const voting = channels.flatMap((channel, i) => (i === out ? [] : [{ channel, rate: rates[i] ?? 0 }]));
    const armed = this.#armed(row.armed, mode);
    if (armed === 'elsewhere') {
      row.trip.forEach((_, i) => this.#since.delete(`${row.row}/${i}`));
      return [];
    }
    return row.trip.flatMap((trip, i): readonly Expected[] => {
      const key = `${row.row}/${i}`;
      const tripArmed = this.#armed(trip.armed, mode);
      // The ramped set point is followed by the step; what is measured against it has tests of its own.
      if (tripArmed === 'elsewhere' || trip.when.text.includes('reference')) {
        this.#since.delete(key);
        return [];
      }
      const looks = armed === 'armed' && tripArmed === 'armed';
      const said = voting.map(({ channel, rate }) => {
        if (!isGood(channel.quality) || channel.value === null) return null;
        if (!looks) return false;
        const bindings = { ...mode, value: channel, rate: { value: rate, quality: good } };
        const { value, quality } = evaluate(trip.when.root, this.#lookup, bindings);
        return isGood(quality) && typeof value === 'boolean' ? value : null;
      });
      const able = said.filter((one) => one !== null).length;
      const whole = able === channelsOf[row.vote];
      const votes = said.filter((one) => one === true).length;
      const trips = votes > 0 && votes >= (whole ? neededOf[row.vote] : 1);
      const blind: readonly Expected[] =
        able === 0 && voting.length > 0 ? [expected(row, row.action === 'E' ? 'S' : hot && row.latch ? 'H' : 'B')] : [];
      if (!trips) {
        this.#since.delete(key);
        return blind;
      }
      const since = this.#since.get(key) ?? now;
      this.#since.set(key, since);
      if (now - since < trip.for) return blind;
      const demand = trip.action === 'A' ? 'none' : trip.action;
      return [{ row: row.row, demand, warns: trip.action === 'A', measures: trip.measures }, ...blind];
    });
  }

  #armed(
    armed: CheckedExpression | null,
    mode: Readonly<Record<string, Evaluated>>,
  ): 'armed' | 'not armed' | 'elsewhere' {
    if (armed === null) return 'armed';
    const { value, quality } = evaluate(armed.root, this.#lookup, mode);
    if (!isGood(quality) || value === true) return 'armed';
    return armed.tags.length === 0 ? 'elsewhere' : 'not armed';
  }

  #rate(key: string, { value, quality }: Evaluated): number {
    const { now, sourceTime: source } = this.#moment ?? { now: 0, sourceTime: 0 };
    const before = this.#anchors.get(key) ?? null;
    let after: Anchor = before;
    // What is not Good keeps what was read last: a wire that flickers must not hide its jumps.
    if (!isGood(quality) || typeof value !== 'number') return before?.perSecond ?? 0;
    if (before === null) after = { value, source, at: now, perSecond: 0 };
    else if (source !== before.source && now - before.at >= 500)
      after = { value, source, at: now, perSecond: ((value - before.value) * 1000) / (now - before.at) };
    this.#anchors.set(key, after);
    return after?.perSecond ?? 0;
  }
}

const expected = ({ row }: InterlockDefinition, demand: Demand): Expected => ({
  row,
  demand,
  warns: false,
  measures: [],
});
