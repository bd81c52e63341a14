/** A skid's field as the command path sees it, without wires: what is written is what reads back, unless told otherwise. */
import type { CommandField, PointWrite, WriteRun } from '../../../gateway/commands/command-field.ts';
import { linkFault } from '../../../gateway/modbus/link-errors.ts';
import { planFrames } from '../../../gateway/modbus/write-frames.ts';
import type { Asked } from '../../../gateway/safe-state.ts';
import type { Block } from '../../../plant/block.ts';
import type { MesolineError } from '../../../plant/errors.ts';
import type { GuardVerdict } from '../../../plant/ports/scan-guard.ts';
import { badNotConnected, good, type Quality } from '../../../plant/quality.ts';
import type { Demand } from '../../../plant/safe-state.ts';
import { utcMs } from '../../../plant/clock.ts';
import { localTag, tagName, type LocalTag, type Sample, type TagValue } from '../../../plant/sample.ts';
import { registerOf } from '../../support/register-model.ts';
import { free } from './house.ts';
import { cdse, skidOf } from './plc.ts';

/** Where each value of a run goes. */
export const addressesOf = (run: WriteRun | undefined): readonly number[] =>
  (run?.writes ?? []).map(({ point }) => registerOf(point).address);

export class FakeField implements CommandField {
  readonly skid = skidOf(cdse, 1);
  readonly controller = { device: 'PLC-1', reserved: ['safeStateRequest', 'resetPulse', 'serviceHeartbeat'] };
  readonly runs: WriteRun[] = [];
  /** Everything that was done to the field, in order. */
  readonly did: string[] = [];
  verdict: GuardVerdict = free;
  asked: Asked = 'none';
  askings = 0;
  fieldDemand: Demand | null = 'none';
  up = true;
  blocked: readonly Block[] = [];
  confirms = true;
  leaveFails: string | null = null;
  onWrite: (run: WriteRun) => void = () => undefined;
  /** What a tag reads back as, where it is not what was written. */
  readonly stuck = new Map<string, number>();
  readonly #samples = new Map<LocalTag, Sample>();

  constructor() {
    for (const tag of cdse.tags) this.say(tag.name, 0);
  }

  readonly writer: CommandField['writer'] = this.#writer();
  readonly linked = (): boolean => this.up;
  readonly blocks = (): readonly Block[] => this.blocked;
  readonly samples = (): ReadonlyMap<LocalTag, Sample> => this.#samples;

  say(name: string, value: TagValue, quality: Quality = good): void {
    const tag = localTag(name);
    const time = utcMs(0);
    this.#samples.set(tag, { tag: tagName(this.skid.name, tag), value, quality, sourceTime: time, serverTime: time });
  }

  blind(name: string): void {
    this.say(name, this.#samples.get(localTag(name))?.value ?? null, badNotConnected);
  }

  /** As the driver of its controller does. */
  plan(writes: readonly PointWrite[]): readonly WriteRun[] {
    return planFrames(writes).map((frame) => ({
      device: this.controller.device,
      writes: frame.flatMap(({ point, value }) =>
        writes.filter((write) => write.point === point).map(({ tag }) => ({ tag, point, value })),
      ),
    }));
  }

  write(run: WriteRun, withdraw: () => MesolineError | null): Promise<void> {
    if (!this.up) return Promise.reject(linkFault('link-down', 'QD-1/PLC-1', 'There is no connection.', ''));
    const withdrawn = withdraw();
    if (withdrawn !== null) return Promise.reject(withdrawn);
    this.onWrite(run);
    this.did.push(`write ${run.writes.map(({ tag }) => tag).join('+')}`);
    this.runs.push(run);
    for (const { tag, value } of run.writes) this.say(tag, this.stuck.get(tag) ?? value);
    return Promise.resolve();
  }

  readBack(run: WriteRun): Promise<ReadonlyMap<LocalTag, number | boolean | null>> {
    this.did.push('read back');
    return Promise.resolve(new Map(run.writes.map(({ tag }) => [tag, this.#samples.get(tag)?.value as number])));
  }

  #writer(): CommandField['writer'] {
    const field = this as FakeField;
    return {
      get verdict() {
        return field.verdict;
      },
      scans: 0,
      until: (condition) => Promise.resolve(condition()),
      get asked() {
        return field.asked;
      },
      get askings() {
        return field.askings;
      },
      get hold() {
        return null;
      },
      get fieldDemand() {
        return field.fieldDemand;
      },
      get step() {
        return field.fieldDemand === 'H' ? 10 : 0;
      },
      get stepText() {
        return `step ${this.step ?? 0}`;
      },
      ask(action) {
        field.did.push(`ask ${action}`);
        field.asked = action;
        field.askings += 1;
        if (field.confirms) field.fieldDemand = 'H';
      },
      confirmed: () => Promise.resolve(field.confirms),
      leave() {
        field.did.push('leave');
        if (field.leaveFails !== null) return Promise.resolve(field.leaveFails);
        field.asked = 'none';
        field.fieldDemand = 'none';
        return Promise.resolve(null);
      },
    };
  }
}
