/** What the switches in the field say of who may command a skid. */
import type { UtcMs } from '../../plant/clock.ts';
import type { Block } from '../../plant/block.ts';
import { isGood } from '../../plant/quality.ts';
import type { LocalTag, Sample } from '../../plant/sample.ts';
import type { SkidType } from '../../plant/skid/definition.ts';
import { timeText } from './lock-out-record.ts';

type Switch = Readonly<{ device: string | null; tag: LocalTag }>;

const none: readonly Block[] = [];

export class LocalSwitches {
  readonly #switches: readonly Switch[];
  /** Since when each stands in Local, as far as we have seen it. */
  readonly #since = new Map<LocalTag, UtcMs>();

  constructor(type: Pick<SkidType, 'local' | 'devices'>) {
    const all = [
      { device: null, tag: type.local },
      ...type.devices.map(({ name, local }) => ({ device: name, tag: local })),
    ];
    this.#switches = all.flatMap(({ device, tag }) => (tag === null ? [] : [{ device, tag }]));
  }

  /** A switch that cannot be read counts as Local for whatever is begun: somebody may stand there. */
  blocks(samples: ReadonlyMap<LocalTag, Sample>, utc: UtcMs): readonly Block[] {
    let blocks: Block[] | null = null;
    for (const each of this.#switches) {
      const block = this.#blockOf(each, samples.get(each.tag), utc);
      if (block !== null) (blocks ??= []).push(block);
    }
    return blocks ?? none;
  }

  #blockOf({ device, tag }: Switch, sample: Sample | undefined, utc: UtcMs): Block | null {
    const what = device ?? 'The skid';
    if (sample === undefined || !isGood(sample.quality)) {
      const message = `${what} may be switched to Local: its switch ${tag} cannot be read.`;
      return { device, kind: 'local', message, by: null, since: null, doubtful: true };
    }
    if (sample.value === false) {
      this.#since.delete(tag);
      return null;
    }
    const since = this.#since.get(tag) ?? utc;
    this.#since.set(tag, since);
    const message = `${what} is switched to Local since ${timeText(since)}; it is commanded in the field until the switch stands in Remote.`;
    return { device, kind: 'local', message, by: null, since };
  }
}
