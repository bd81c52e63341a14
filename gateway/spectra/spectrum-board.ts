/** The newest spectrum of each of a skid's instruments: told on as it comes, and Bad when none has come for too long. */
import { milliseconds, monotonic, type Clock, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { SpectrumConsumer } from '../../plant/ports/spectrum-consumer.ts';
import { badNoCommunication, good, type Quality } from '../../plant/quality.ts';
import { tagName } from '../../plant/sample.ts';
import type { Skid, SpectrumDefinition } from '../../plant/skid/definition.ts';
import type { SpectrumSink, SpectrumTaken } from '../driver-context.ts';

type Entry = { readonly definition: SpectrumDefinition; at: Monotonic | null; quality: Quality };

export class SpectrumBoard implements SpectrumSink {
  readonly #skid: Skid;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #consumers: readonly SpectrumConsumer[];
  readonly #entries: readonly Entry[];

  constructor(skid: Skid, clock: Clock, consumers: readonly SpectrumConsumer[], log: Log) {
    this.#log = log;
    this.#skid = skid;
    this.#clock = clock;
    this.#consumers = consumers;
    this.#entries = skid.type.spectra.map((definition) => ({ definition, at: null, quality: good }));
  }

  take(
    device: string,
    { source, data, origin, digest, age = milliseconds(0), quality = good }: SpectrumTaken,
    at: UtcMs,
  ): void {
    for (const entry of this.#of(device, source)) {
      entry.at = monotonic(this.#clock.monotonic() - age);
      entry.quality = quality;
      const { name: skid } = this.#skid;
      const name = tagName(skid, entry.definition.name);
      const sourceTime = data.takenAt ?? at;
      const spectrum = { skid, name, data, quality, sourceTime, serverTime: at, origin, digest };
      this.#tell((consumer) => consumer.acceptSpectrum(spectrum));
    }
  }

  lose(device: string, source: string, quality: Quality): void {
    for (const entry of this.#of(device, source)) this.#lose(entry, quality);
  }

  /** Once a scan. */
  age(now: Monotonic): void {
    for (const entry of this.#entries) {
      if (entry.at !== null && now - entry.at > entry.definition.staleAfter) this.#lose(entry, badNoCommunication);
    }
  }

  #of(device: string, source: string): readonly Entry[] {
    return this.#entries.filter(({ definition }) => definition.device === device && definition.source.name === source);
  }

  #lose(entry: Entry, quality: Quality): void {
    if (entry.at === null || entry.quality === quality) return;
    entry.quality = quality;
    const { name: skid } = this.#skid;
    const lost = { skid, name: tagName(skid, entry.definition.name), quality, serverTime: this.#clock.utc() };
    this.#tell((consumer) => consumer.loseSpectrum(lost));
  }

  /** One that fails keeps neither the others nor the scan from going on. */
  #tell(say: (consumer: SpectrumConsumer) => void): void {
    for (const consumer of this.#consumers) {
      try {
        say(consumer);
      } catch (thrown) {
        const cause = messageOf(thrown);
        this.#log.error({ skid: this.#skid.name, cause }, 'one that is told of spectra failed');
      }
    }
  }
}
