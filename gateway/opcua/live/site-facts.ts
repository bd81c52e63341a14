/**
 * Puts what the service knows beside the tags into the feed: availability and interlocks with every scan, batches as they
 * change, and each device's connection and nameplate as they are looked up.
 */
import { batchStates, type BatchView } from '../../../plant/batch-view.ts';
import { phaseOn, unitOn } from '../../../plant/unit-of-batch.ts';
import type { Block } from '../../../plant/block.ts';
import type { LinkView, ScanNews } from '../../../plant/ports/scan-consumer.ts';
import type { GuardCause } from '../../../plant/ports/scan-guard.ts';
import { badNoCommunication, good, uncertainLastUsableValue, type Quality } from '../../../plant/quality.ts';
import { demands, type Demand } from '../../../plant/safe-state.ts';
import type { SkidName } from '../../../plant/sample.ts';
import { packMlOf, packMlStates } from './packml-view.ts';
import type { ShownValue } from './packed-values.ts';
import { deviceHealth, linkStates } from '../plan/plan-facts.ts';
import type { SkidPlan } from '../plan/space-plan.ts';
import type { ValueFeed } from './value-feed.ts';

export class SiteFacts {
  readonly #feed: ValueFeed;
  readonly #skids: ReadonlyMap<string, SkidPlan>;
  /** What was said last of each skid's blocks: nobody builds texts for what has not changed. */
  readonly #blocks = new Map<string, readonly Block[]>();

  constructor(feed: ValueFeed, skids: readonly SkidPlan[]) {
    this.#feed = feed;
    this.#skids = new Map(skids.map((skid) => [skid.name, skid]));
  }

  /** Before the scan's own values: they go out together. */
  scanned({ batch: { skid, utc }, verdict, fieldDemand, blocks }: ScanNews): void {
    const plan = this.#skids.get(skid);
    if (plan === undefined) return;
    const of = `${skid}.Interlocks`;
    this.#put(skid, `${of}.Demand`, demandNumber(verdict.demand), utc);
    const known = fieldDemand === null ? badNoCommunication : good;
    this.#put(skid, `${of}.FieldDemand`, fieldDemand === null ? null : demandNumber(fieldDemand), utc, known);
    this.#put(skid, `${of}.Causes`, verdict.causes.map(wordsOf), utc);
    this.#put(skid, `${of}.Warnings`, (verdict.warnings ?? []).map(wordsOf), utc);
    const before = this.#blocks.get(skid);
    if (before === blocks || (before?.length === 0 && blocks.length === 0)) return;
    this.#blocks.set(skid, blocks);
    this.#availability(
      skid,
      skid,
      utc,
      blocks.filter((block) => block.device === null),
    );
    for (const { nodeId, name } of plan.devices) {
      this.#availability(
        skid,
        nodeId,
        utc,
        blocks.filter((block) => block.device === name),
      );
    }
  }

  /** @param batch null: none holds the skid */
  batch(skid: SkidName, batch: BatchView | null, now: number): void {
    const holds = batch === null || batch.archived ? null : batch;
    const unit = holds === null ? null : unitOn(holds, skid);
    const state = unit?.state ?? 'Idle';
    const values: Readonly<Record<string, ShownValue>> = {
      Id: holds?.id ?? '',
      Recipe: holds?.recipe ?? '',
      State: batchStates.indexOf(state),
      PackMLState: packMlStates[packMlOf[state]],
      Phase: unit === null ? '' : (phaseOn(unit) ?? ''),
      Message: unit?.message ?? '',
      Rehearsal: holds?.purpose === 'rehearsal',
      Collected: unit?.collectedMl ?? 0,
      Target: holds?.targetMl ?? 0,
    };
    for (const [name, value] of Object.entries(values)) this.#put(skid, `${skid}.Batch.${name}`, value, now);
  }

  device(link: LinkView, now: number): void {
    const { skid, identity, state } = link;
    const plan = this.#skids.get(skid)?.devices.find(({ name }) => name === link.device);
    if (plan === undefined) return;
    const put = (name: string, value: ShownValue, quality?: Quality): void =>
      this.#put(skid, `${plan.nodeId}.${name}`, value, now, quality);
    // What a device said of itself stays true while it is away, but it may be another when it comes back.
    const said = state === 'connected' ? good : uncertainLastUsableValue;
    put('Manufacturer', identity?.manufacturer ?? plan.manufacturer ?? '', identity?.manufacturer ? said : good);
    put('Model', identity?.product ?? plan.product ?? plan.modelTitle, identity?.product ? said : good);
    put('SerialNumber', identity?.serial ?? '', identity?.serial ? said : good);
    put('SoftwareRevision', identity?.firmware ?? '', identity?.firmware ? said : good);
    put('State', linkStates.indexOf(state));
    put('DeviceHealth', state === 'connected' ? deviceHealth.normal : deviceHealth.failure);
    put('Requests', link.requests);
    put('Timeouts', link.timeouts);
    put('Malformed', link.malformed);
    put('Exceptions', link.exceptions);
    put('Reconnects', link.reconnects);
    put('LateAnswers', link.late);
    put('Latency', link.latencyMs, link.latencyMs === null ? badNoCommunication : good);
    if (plan.analyser) put('DeviceState/CurrentState', 'Operate', state === 'connected' ? good : badNoCommunication);
  }

  #availability(skid: SkidName, of: string, utc: number, blocks: readonly Block[]): void {
    const local = blocks.find(({ kind }) => kind === 'local');
    const lockedOut = blocks.find(({ kind }) => kind === 'locked out');
    this.#put(skid, `${of}.Local`, local !== undefined, utc, qualityOf(local));
    this.#put(skid, `${of}.LockedOut`, lockedOut !== undefined, utc, qualityOf(lockedOut));
    this.#put(
      skid,
      `${of}.Blocks`,
      blocks.map(({ message }) => message),
      utc,
    );
  }

  #put(skid: SkidName, nodeId: string, value: ShownValue, time: number, quality: Quality = good): void {
    this.#feed.put(skid, nodeId, value, time, quality);
  }
}

/** A block that stands only because nobody knows better. */
const qualityOf = (block: Block | undefined): Quality => (block?.doubtful ? uncertainLastUsableValue : good);

const demandNumber = (demand: Demand): number => demands.indexOf(demand);

/** Without its message: that has live values in it, and would be another text with every scan. */
const wordsOf = ({ row, title }: GuardCause): string => (row === null ? title : `Row ${row} ${title}`);
