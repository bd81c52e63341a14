/** What the switches in the field say of who may command a skid. Pure. */
import type { Block } from '../../plant/block.ts';
import { isGood } from '../../plant/quality.ts';
import type { LocalTag, Sample } from '../../plant/sample.ts';
import type { SkidType } from '../../plant/skid/definition.ts';

/** A switch that cannot be read counts as Local: somebody may stand there. */
export function localBlocks(
  type: Pick<SkidType, 'local' | 'devices'>,
  samples: ReadonlyMap<LocalTag, Sample>,
): readonly Block[] {
  const switches = [
    { device: null, tag: type.local },
    ...type.devices.map(({ name, local }) => ({ device: name, tag: local })),
  ];
  return switches.flatMap(({ device, tag }) => {
    if (tag === null) return [];
    const sample = samples.get(tag);
    const known = sample !== undefined && isGood(sample.quality);
    if (known && sample.value === false) return [];
    const what = device ?? 'The skid';
    const message = known
      ? `${what} is switched to Local; it is commanded in the field until the switch stands in Remote.`
      : `${what} may be switched to Local: its switch ${tag} cannot be read.`;
    return [{ device, kind: 'local' as const, message, by: null, since: null }];
  });
}
