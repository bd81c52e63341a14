/** Volumes that have to agree: what was collected against what flowed while it was collected, and against the batch's rule. */
import { utcMs } from '../../../plant/clock.ts';
import { formatValue } from '../../../plant/quantity.ts';
import { tagName } from '../../../plant/sample.ts';
import type { RecordValue } from '../../../plant/record-event.ts';
import { summed } from '../course.ts';
import { actions, timeOf, type Evidence, type UnitEvidence } from '../evidence.ts';
import { productSpans } from '../product.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

/** Pumps, a totaliser and a diverter that takes its time: beyond this share they do not speak of the same liquid. */
const tolerated = 0.05;
/** mL, below which the share says nothing. */
const leastMl = 10;

export const reconciliation: Rule = {
  name: 'reconciliation',
  version: '1',
  byDeviation: true,
  title: 'What was collected agrees with what was pumped meanwhile, and with the batch’s rule',
  counts: 'volumes',
  run: (evidence) => {
    const units = evidence.units.flatMap((unit) => agrees(evidence, unit) ?? []);
    const whole = againstRule(evidence);
    return { looked: evidence.units.length + 1, found: [...units, ...whole] };
  },
};

const numberIn = (value: RecordValue | undefined): number =>
  typeof value === 'string' ? Number.parseFloat(value) : Number.NaN;

/** The unit's own volume as the batch's end says it. */
function collectedMl(evidence: Evidence, skid: string): number {
  const [ended] = actions(evidence, 'batch-ended').slice(-1);
  const units = ended?.event.data?.['units'];
  if (!Array.isArray(units)) return Number.NaN;
  const own = (units as readonly RecordValue[]).find(
    (each) => (each as Readonly<Record<string, RecordValue>>)['unit'] === skid,
  ) as Readonly<Record<string, RecordValue>> | undefined;
  return numberIn(own?.['collected']);
}

function agrees(evidence: Evidence, unit: UnitEvidence): Finding | null {
  const { skid, equipment, courses, span } = unit;
  if (equipment === null) return null;
  const product = productSpans(unit);
  const { chalcogen, cadmium, ligand, flush, shell } = equipment.points;
  const feeds = [chalcogen, cadmium, ligand, flush, shell].flatMap((tag) =>
    tag === undefined ? [] : (courses.get(tagName(skid, tag.name)) ?? []),
  );
  const pumped = feeds.reduce((sum, course) => sum + summed(course, product), 0) * evidence.timeScale;
  const collected = collectedMl(evidence, skid);
  if (Number.isNaN(collected))
    return {
      key: `no-volume@${skid}`,
      skid,
      ...span,
      title: 'No collected volume on record',
      detail: '',
      lines: [],
      tags: [],
    };
  const apart = Math.abs(collected - pumped);
  if (apart <= Math.max(leastMl, tolerated * Math.max(collected, pumped))) return null;
  const say = (value: number): string => formatValue(value, 'mL', 1);
  return {
    key: `volume@${skid}`,
    skid,
    ...span,
    title: 'Collected and pumped volume do not agree',
    detail: `${say(collected)} collected, ${say(pumped)} pumped while the outlet led to product`,
    lines: [],
    tags: [equipment.points.diverter, equipment.points.collected].map(({ name }) => tagName(skid, name)),
  };
}

function againstRule(evidence: Evidence): readonly Finding[] {
  const [ended] = actions(evidence, 'batch-ended').slice(-1);
  const plan = evidence.units[0]?.plan ?? null;
  if (ended === undefined || plan === null) return [];
  const collected = numberIn(ended.event.data?.['collected']);
  const { lowestMl, highestMl } = plan;
  if (highestMl === 0 || (collected >= lowestMl && collected <= highestMl)) return [];
  const say = (value: number): string => formatValue(value, 'mL', 0);
  return [
    {
      ...findingOf(ended, utcMs(timeOf(ended)), {
        skid: null,
        title: 'The batch is not of the size that its recipe asks',
        detail: `${say(collected)}; asked are ${say(lowestMl)} to ${say(highestMl)}`,
      }),
      key: 'batch-size',
    },
  ];
}
