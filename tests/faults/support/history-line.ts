/** A line of which every value can be reckoned from its time, for campaigns on history. */
import { milliseconds, type UtcMs } from '../../../plant/clock.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { good } from '../../../plant/quality.ts';
import { localTag, tagName, type Sample } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { qd1, row, scan, site } from '../../historian/world.ts';

const count = 20;
export const liveTags = Array.from({ length: count }, (_, i) => tagName(qd1, localTag(`R201/TT-${100 + i}`)));
export { row };

/** Every sample of its live tags is kept; the row is that of a logging device. */
export const line: readonly Skid[] = site.map((skid) => {
  const [plain] = skid.type.tags;
  if (plain === undefined) throw new Error('The site has no tag.');
  const live = liveTags.map((name) => ({
    ...plain,
    name: localTag(name.slice(name.indexOf('/') + 1)),
    historyEvery: milliseconds(0),
  }));
  return { ...skid, type: { ...skid.type, tags: [...live, ...skid.type.tags] } };
});

export const valueAt = (tag: number, utc: number): number => ((utc % 1_000_000) + tag) / 10;

export const scanAt = (utc: UtcMs): ScanNews =>
  scan(
    utc,
    liveTags.map((tag, i): Sample => ({
      tag,
      value: valueAt(i, utc),
      quality: good,
      sourceTime: utc,
      serverTime: utc,
    })),
  );
