/**
 * What is known of one skid's field: the newest of every point and column, and from it the tags with staleness applied
 * and the derived ones evaluated. No I/O; times come in as arguments.
 */
import type { AnalysisResult } from '../../plant/analysis.ts';
import type { Monotonic, UtcMs } from '../../plant/clock.ts';
import { controllerOf, ringOf } from '../../plant/device-model.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Evaluated } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import {
  badDecodingError,
  badNoCommunication,
  badNotConnected,
  badOutOfRange,
  badTimeout,
  badWaitingForInitialData,
  good,
  goodLocalOverride,
  isGood,
  type Quality,
} from '../../plant/quality.ts';
import { tagName, type LocalTag, type Sample, type TagName } from '../../plant/sample.ts';
import type { Skid, TagDefinition, TagSource } from '../../plant/skid/definition.ts';
import type { ReadValue } from '../driver.ts';
import type { Decoded } from '../modbus/codec.ts';
import { deviceOf } from '../../plant/skid/source-device.ts';

/** The newest of one point. `at` is when it was read, by the clock that staleness goes by. */
export type Reading = {
  value: ReadValue;
  quality: Quality;
  sourceTime: UtcMs;
  serverTime: UtcMs;
  at: Monotonic | null;
};

/** When a controller's own counter was last seen to move. */
type Pulse = { readonly counter: string; value: ReadValue; moved: Monotonic | null };

/** A tag and where its value comes from; made once, since every tag is looked at with every scan. */
type Entry = Readonly<{ tag: TagName; definition: TagDefinition; reading: Reading | null; pulse: Pulse | null }>;

type Forces = ReadonlyMap<LocalTag, number | boolean>;
const noForces: Forces = new Map();

/** How long a controller's counter may stand before its step is no longer believed, in ms of the wall. */
const stillAfter = 2000;

export class FieldImage {
  readonly #skid: Skid;
  readonly #devices = new Map<string, Map<string, Reading>>();
  readonly #pulses = new Map<string, Pulse>();
  /** When the spectrum was taken of which each analysis last told. */
  readonly #measured = new Map<LocalTag, UtcMs>();
  /** Figures that a person takes from this skid. */
  readonly #given = new Map<LocalTag, Reading>();
  readonly #entries: readonly Entry[];
  #samples: ReadonlyMap<LocalTag, Sample> = new Map();

  /** @param startedAt the server time of tags that were never seen */
  constructor(skid: Skid, startedAt: UtcMs) {
    this.#skid = skid;
    for (const { name, model } of skid.type.devices) {
      const names = [...model.points, ...(ringOf(model)?.values ?? [])].map((each) => each.name);
      this.#devices.set(name, new Map(names.map((each) => [each, unseen(startedAt)])));
      const words = controllerOf(model);
      if (words === undefined) continue;
      this.#pulses.set(name, { counter: words.counter, value: null, moved: null });
    }
    this.#entries = skid.type.tags.map((definition) => {
      const { source } = definition;
      const pulse = this.#pulses.get(deviceOf(source) ?? '') ?? null;
      return {
        tag: tagName(skid.name, definition.name),
        definition,
        reading: this.#readingOf(definition, startedAt),
        pulse,
      };
    });
  }

  /** The tags as the last `sample` call left them. */
  get samples(): ReadonlyMap<LocalTag, Sample> {
    return this.#samples;
  }

  reading(device: string, point: string): Reading | null {
    return this.#devices.get(device)?.get(point) ?? null;
  }

  /** Takes what was read. A value that is no number keeps the one before it. */
  take(device: string, point: string, decoded: Decoded, sourceTime: UtcMs, serverTime: UtcMs, at: Monotonic): void {
    const reading = this.reading(device, point);
    if (reading === null) return;
    if (decoded.value !== null) reading.value = decoded.value;
    reading.quality = decoded.quality;
    reading.sourceTime = sourceTime;
    reading.serverTime = serverTime;
    reading.at = at;
    this.#feel(device, point, decoded, at);
  }

  /**
   * Takes what was made of a spectrum: true when its sample left. What is undecided is Bad, and so is what has no value, which
   * keeps the one before; the verdict itself is Good. A result of a spectrum that was taken earlier than the last comes too late,
   * unless that one is of a time to come: then the clock was set back.
   */
  takeAnalysis({ analysis, outcome, sampleTime, measuredAt }: AnalysisResult, serverTime: UtcMs, at: Monotonic): void {
    const last = this.#measured.get(analysis) ?? -Infinity;
    if (measuredAt < last && last <= serverTime) return;
    this.#measured.set(analysis, measuredAt);
    const inDomain = outcome.verdict === 'in domain';
    for (const { definition, reading } of this.#entries) {
      const { source } = definition;
      if (reading === null || source.kind !== 'analysis' || source.analysis !== analysis) continue;
      const estimate = outcome.outputs[source.output] ?? null;
      const value = source.part === 'verdict' ? Number(inDomain) : (estimate?.[source.part] ?? null);
      // An older value beside a newer verdict would be taken for what the verdict is about.
      reading.value = value;
      reading.quality = source.part === 'verdict' || (inDomain && value !== null) ? good : badOutOfRange;
      reading.sourceTime = sampleTime;
      reading.serverTime = serverTime;
      reading.at = at;
    }
  }

  /** Whether the device is a controller whose own counter has not moved for 2 s: what it says may be what it said last. */
  isStill(device: string, now: Monotonic): boolean {
    const moved = this.#pulses.get(device)?.moved;
    return moved != null && now - moved > stillAfter;
  }

  /** Makes points Bad that could not be read; their values stay. What was never seen waits on, unless the device refused it. */
  fail(device: string, points: Iterable<string>, quality: Quality): void {
    for (const point of points) {
      const reading = this.reading(device, point);
      if (reading === null) continue;
      reading.quality = reading.at === null && silence.has(quality) ? badWaitingForInitialData : quality;
    }
  }

  /** Makes everything of a device Bad. */
  lose(device: string, quality: Quality): void {
    this.fail(device, this.#devices.get(device)?.keys() ?? [], quality);
  }

  /** Takes a figure that a person took from this skid, true since `at`. It does not age. */
  give(tag: LocalTag, value: number, at: UtcMs): void {
    const reading = this.#given.get(tag);
    if (reading === undefined) return;
    reading.value = value;
    reading.quality = good;
    reading.sourceTime = at;
    reading.serverTime = at;
  }

  /**
   * Every tag as it stands at `now`.
   * @param forces inputs that are held at a value: it stands in the place of what the field says, before anything is derived
   */
  sample(now: Monotonic, utc: UtcMs, forces: Forces = noForces): ReadonlyMap<LocalTag, Sample> {
    const samples = new Map<LocalTag, Sample>();
    const lookup = (tag: LocalTag): Evaluated => samples.get(tag) ?? { value: null, quality: badWaitingForInitialData };
    for (const { tag, definition, reading, pulse } of this.#entries) {
      const forced = forces.size === 0 ? undefined : forces.get(definition.name);
      if (forced !== undefined) {
        const held = { tag, value: forced, quality: goodLocalOverride, sourceTime: utc, serverTime: utc };
        samples.set(definition.name, held);
      } else if (reading !== null) {
        const { value, sourceTime, serverTime } = reading;
        const quality = qualityAt(reading, pulse, definition.staleAfter, now);
        samples.set(definition.name, { tag, value, quality, sourceTime, serverTime });
      } else if (definition.source.kind === 'derived') {
        const { root, tags } = definition.source.expression;
        const sourceTime = newest(tags, samples) ?? utc;
        samples.set(definition.name, { tag, ...evaluate(root, lookup), sourceTime, serverTime: utc });
      }
    }
    this.#samples = samples;
    return samples;
  }

  /** What answers for a controller may outlive its program; only its counter says that it runs. */
  #feel(device: string, point: string, { value, quality }: Decoded, at: Monotonic): void {
    const pulse = this.#pulses.get(device);
    if (pulse === undefined) return;
    pulse.moved ??= at;
    if (point !== pulse.counter || !isGood(quality) || value === pulse.value) return;
    pulse.value = value;
    pulse.moved = at;
  }

  /** What a skid type says of a figure is true of its twin; of a real skid nobody knows before it was taken there. */
  #givenReading(tag: LocalTag, value: number, startedAt: UtcMs): Reading {
    const reading = this.#skid.twin ? { ...unseen(startedAt), value, quality: good } : unseen(startedAt);
    this.#given.set(tag, reading);
    return reading;
  }

  #analysed({ analysis, output, part }: TagSource & { kind: 'analysis' }, startedAt: UtcMs): Reading {
    const outputs = this.#devices.get(analysis) ?? new Map<string, Reading>();
    this.#devices.set(analysis, outputs);
    const reading = outputs.get(`${output}.${part}`) ?? unseen(startedAt);
    outputs.set(`${output}.${part}`, reading);
    return reading;
  }

  #readingOf({ source, name }: TagDefinition, startedAt: UtcMs): Reading | null {
    if (source.kind === 'derived') return null;
    if (source.kind === 'given') return this.#givenReading(name, source.value, startedAt);
    const reading =
      source.kind === 'analysis'
        ? this.#analysed(source, startedAt)
        : this.reading(source.device, source.kind === 'point' ? source.point.name : source.column);
    // The loader has checked that every tag's source is there.
    if (reading === null) {
      throw mesolineError(
        'tag-without-source',
        `${this.#skid.name}/${name}`,
        `Its device ${deviceOf(source) ?? 'has gone and'} has nothing to read it from.`,
        'Correct the skid file.',
      );
    }
    return reading;
  }
}

/** Qualities that say that the device said nothing one could go by. */
const silence: ReadonlySet<Quality> = new Set([badNoCommunication, badNotConnected, badTimeout, badDecodingError]);

const unseen = (startedAt: UtcMs): Reading => ({
  value: null,
  quality: badWaitingForInitialData,
  sourceTime: startedAt,
  serverTime: startedAt,
  at: null,
});

/** A value is no newer than the last sign of life of the controller that says it. */
function qualityAt({ quality, at }: Reading, pulse: Pulse | null, staleAfter: number, now: Monotonic): Quality {
  if (at === null || !isGood(quality)) return quality;
  const known = Math.min(at, pulse?.moved ?? at);
  return now - known > staleAfter ? badNoCommunication : quality;
}

/** A derived value is as new as the newest of its parts. */
function newest(tags: readonly LocalTag[], samples: ReadonlyMap<LocalTag, Sample>): UtcMs | null {
  let time: UtcMs | null = null;
  for (const tag of tags) {
    const part = samples.get(tag);
    if (part !== undefined && (time === null || part.sourceTime > time)) time = part.sourceTime;
  }
  return time;
}
