/**
 * The links of one skid: an alarm where none of its devices answers, and one for each device that is silent while others
 * answer.
 */
import { elapsed, milliseconds, type Milliseconds, type Monotonic, type UtcMs } from '../plant/clock.ts';
import {
  badDecodingError,
  badNoCommunication,
  badNotConnected,
  badTimeout,
  badWaitingForInitialData,
  isBad,
  isGood,
  type Quality,
} from '../plant/quality.ts';
import { tagName, type Sample, type TagName } from '../plant/sample.ts';
import type { Skid } from '../plant/skid/definition.ts';
import type { AlarmBook, Entry } from './book.ts';
import { deviceLinkPoint, linkPoint, type AlarmPoint } from './point.ts';
import { deviceOf } from '../plant/skid/source-device.ts';

/** How long a skid or a device may take to be seen first, in wall time. */
const firstSeenWithin: Milliseconds = milliseconds(10_000);
/** Devices that are lost together, or come back together, do so within this; only then is one of them lost alone. */
const together: Milliseconds = milliseconds(2000);

type Link = {
  readonly entry: Entry;
  readonly tags: readonly TagName[];
  readonly pointOf: (held: boolean) => AlarmPoint;
  answered: boolean;
  /** Since when it is silent while another device answers. */
  aloneSince: Monotonic | null;
};

type Moment = Readonly<{ held: boolean; now: Monotonic; at: UtcMs }>;

export class SkidLinks {
  readonly #book: AlarmBook;
  readonly #skid: Link;
  readonly #devices: readonly Link[];
  /** Figures that were taken from the skid once stay Good, and say nothing of its links. */
  readonly #given: ReadonlySet<TagName>;
  #firstScan: Monotonic | null = null;

  constructor(skid: Skid, book: AlarmBook) {
    this.#book = book;
    this.#skid = this.#link((held) => linkPoint(skid, held), []);
    const { devices, tags: all } = skid.type;
    const given = all.filter(({ source }) => source.kind === 'given');
    this.#given = new Set(given.map(({ name }) => tagName(skid.name, name)));
    // Of one device alone the skid's own alarm says it all.
    this.#devices = (devices.length > 1 ? devices : []).flatMap((device) => {
      const own = skid.type.tags.filter(({ source }) => deviceOf(source) === device.name);
      const names = own.map(({ name }) => name);
      if (names.length === 0) return [];
      const tags = names.map((name) => tagName(skid.name, name));
      return [this.#link((held) => deviceLinkPoint(skid, device, names, held), tags)];
    });
  }

  /** @param samples the newest of every tag of the skid */
  watch(samples: ReadonlyMap<TagName, Sample>, moment: Moment): void {
    this.#firstScan ??= moment.now;
    let allBad = true;
    for (const [tag, { quality }] of samples) {
      if (this.#given.has(tag)) continue;
      if (isGood(quality)) this.#skid.answered = true;
      if (!isBad(quality)) allBad = false;
    }
    this.#update(this.#skid, allBad && this.#isDue(this.#skid, moment.now), moment);
    for (const link of this.#devices) this.#watchDevice(link, samples, allBad, moment);
  }

  #watchDevice(link: Link, samples: ReadonlyMap<TagName, Sample>, allBad: boolean, moment: Moment): void {
    const isSilent = link.tags.every((tag) => silent.has(samples.get(tag)?.quality ?? badWaitingForInitialData));
    link.answered ||= !isSilent;
    if (!isSilent || allBad) link.aloneSince = null;
    else link.aloneSince ??= moment.now;
    const alone = link.aloneSince !== null && elapsed(link.aloneSince, moment.now) >= together;
    // One that stands already stays while the whole skid is lost: the device has not come back.
    this.#update(link, isSilent && (link.entry.state.active || (alone && this.#isDue(link, moment.now))), moment);
  }

  /** What stood before a restart of the service stands until something answers. */
  #isDue({ answered, entry }: Link, now: Monotonic): boolean {
    return answered || entry.state.active || elapsed(this.#firstScan ?? now, now) >= firstSeenWithin;
  }

  #update({ entry, pointOf }: Link, lost: boolean, { held, at }: Moment): void {
    if (lost && (entry.point.priority === 1) !== held) this.#book.amend(entry, pointOf(held), at);
    this.#book.update(entry, lost, false, at);
  }

  #link(pointOf: Link['pointOf'], tags: readonly TagName[]): Link {
    const entry = this.#book.add(pointOf(false));
    entry.order = -1;
    return { entry, tags, pointOf, answered: false, aloneSince: null };
  }
}

/** Qualities of a device from which nothing comes that could be read; a failed sensor is not among them. */
const silent: ReadonlySet<Quality> = new Set([
  badNoCommunication,
  badNotConnected,
  badTimeout,
  badDecodingError,
  badWaitingForInitialData,
]);
