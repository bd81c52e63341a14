/**
 * What the worker is to know of the site, whichever worker there is: values with every scan, spectra, batches, devices. A worker
 * that is new is told everything anew, as it is then; nothing waits for one that is not there.
 */
import type { BatchView } from '../../../plant/batch-view.ts';
import { isOver, unitOn } from '../../../plant/unit-of-batch.ts';
import type { Clock } from '../../../plant/clock.ts';
import { messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { BatchDesk, BatchListener } from '../../../plant/ports/batch-desk.ts';
import type { FieldView, LinkView, ScanConsumer, ScanNews } from '../../../plant/ports/scan-consumer.ts';
import type { SpectrumConsumer } from '../../../plant/ports/spectrum-consumer.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { Spectrum, SpectrumLost } from '../../../plant/spectrum.ts';
import type { SpectrumMessage, ToWorker } from '../worker/messages.ts';
import { levelOf } from '../plan/level-of.ts';
import { SiteFacts } from './site-facts.ts';
import type { SkidPlan } from '../plan/space-plan.ts';
import { ValueFeed } from './value-feed.ts';

export type SiteNewsOptions = Readonly<{
  skids: readonly SkidPlan[];
  clock: Clock;
  log: Log;
  field: Pick<FieldView, 'links'> | null;
  batches: Pick<BatchDesk, 'batches'> | null;
}>;

type Send = (message: ToWorker, transfer?: ArrayBuffer[]) => void;

type Attached = Readonly<{ send: Send; feed: ValueFeed; facts: SiteFacts }> & { level: number | null };

export class SiteNews implements ScanConsumer, SpectrumConsumer, BatchListener {
  readonly plans: readonly SkidPlan[];
  readonly #options: SiteNewsOptions;
  /** The batch that holds each skid, or held it last; null: none that we know of. */
  readonly #batches = new Map<SkidName, BatchView | null>();
  readonly #spectra = new Map<string, Readonly<{ last: Spectrum | null; lost: SpectrumLost | null }>>();
  #attached: Attached | null = null;
  #looking = false;
  #coalesced = 0;

  constructor(options: SiteNewsOptions) {
    this.plans = options.skids;
    this.#options = options;
  }

  get coalesced(): number {
    return this.#coalesced + (this.#attached?.feed.coalesced ?? 0);
  }

  attach(send: Send): void {
    this.detach();
    const feed = new ValueFeed(this.plans, send);
    const attached: Attached = { send, feed, facts: new SiteFacts(feed, this.plans), level: null };
    this.#attached = attached;
    const now = this.#options.clock.utc();
    for (const [skid, batch] of this.#batches) attached.facts.batch(skid, batch, now);
    for (const { last, lost } of this.#spectra.values()) {
      if (last !== null) feed.putSpectrum(messageOfSpectrum(last));
      if (lost !== null) feed.putSpectrum(messageOfLoss(lost));
    }
    void this.#readBatches();
    this.look();
  }

  detach(): void {
    this.#coalesced += this.#attached?.feed.coalesced ?? 0;
    this.#attached = null;
  }

  taken(): void {
    this.#attached?.feed.taken();
  }

  accept(news: ScanNews): void {
    if (this.#attached === null) return;
    this.#attached.facts.scanned(news);
    this.#attached.feed.accept(news.batch);
  }

  acceptSpectrum(spectrum: Spectrum): void {
    this.#spectra.set(spectrum.name, { last: spectrum, lost: null });
    this.#attached?.feed.putSpectrum(messageOfSpectrum(spectrum));
  }

  loseSpectrum(lost: SpectrumLost): void {
    this.#spectra.set(lost.name, { last: this.#spectra.get(lost.name)?.last ?? null, lost });
    this.#attached?.feed.putSpectrum(messageOfLoss(lost));
  }

  changed(batch: BatchView): void {
    for (const { skid, state } of batch.units) {
      const before = this.#batches.get(skid);
      // What becomes of a batch that is over there, such as its signature, is no news of a skid that another holds.
      if ((batch.archived || isOver(state)) && before !== undefined && before !== null && before.id !== batch.id)
        continue;
      this.#batches.set(skid, batch);
      this.#attached?.facts.batch(skid, batch, this.#options.clock.utc());
    }
  }

  /** Looks the devices up, and tells the worker that this side lives. To be called about once a second. */
  look(): void {
    if (this.#looking) return;
    this.#looking = true;
    void this.#look().finally(() => {
      this.#looking = false;
    });
  }

  async #look(): Promise<void> {
    const { field, clock, log } = this.#options;
    let links: readonly LinkView[] = [];
    try {
      links = (await field?.links()) ?? [];
    } catch (thrown) {
      log.warn({ cause: messageOf(thrown) }, 'the devices could not be looked up for OPC UA');
    }
    const attached = this.#attached;
    if (attached === null) return;
    for (const link of links) attached.facts.device(link, clock.utc());
    this.#tellLevel(attached, links);
    attached.feed.flush();
  }

  #tellLevel(attached: Attached, links: readonly LinkView[]): void {
    const devices = this.plans.reduce((sum, plan) => sum + plan.devices.length, 0);
    const linked = links.filter(({ state }) => state === 'connected').length;
    const level = levelOf(devices, Math.max(0, devices - linked));
    if (level === attached.level) return;
    attached.level = level;
    attached.send({ kind: 'service-level', level });
  }

  /** Where a batch runs on from before the service's start, nothing is told of it until it changes. */
  async #readBatches(): Promise<void> {
    const { batches, clock, log } = this.#options;
    if (batches === null) return;
    try {
      const known = await batches.batches();
      for (const { name } of this.plans) {
        if (this.#batches.has(name)) continue;
        const batch = known.find((one) => unitOn(one, name) !== null && !one.archived) ?? null;
        this.#batches.set(name, batch);
        this.#attached?.facts.batch(name, batch, clock.utc());
      }
    } catch (thrown) {
      log.warn({ cause: messageOf(thrown) }, 'the batches could not be read for OPC UA');
    }
  }
}

/** The curves are copied: the message takes its own along to the worker. */
const messageOfSpectrum = ({
  skid,
  name,
  data,
  quality,
  sourceTime,
  serverTime,
  origin,
  digest,
}: Spectrum): SpectrumMessage => ({
  kind: 'spectrum',
  skid,
  spectrum: name,
  x: new Float64Array(data.x.values),
  y: new Float64Array(data.y.values),
  quality,
  sourceTime,
  serverTime,
  origin,
  digest,
  facts: data.facts,
});

const messageOfLoss = ({ skid, name, quality, serverTime }: SpectrumLost): SpectrumMessage => ({
  kind: 'spectrum-lost',
  skid,
  spectrum: name,
  quality,
  serverTime,
});
