/** Following links from one item: forward to what became of it, or backward to what it was made of. Pure. */
import type {
  GenealogyDirection,
  GenealogyItem,
  GenealogyKind,
  GenealogyStep,
} from '../../../plant/ports/genealogy.ts';
import type { Links, Link } from './links.ts';

/** What is followed on when it is come to. A container is filled again for others, and a skid makes other batches: they end a trail. */
const leadsOn: Readonly<Record<GenealogyDirection, ReadonlySet<GenealogyKind>>> = {
  forward: new Set<GenealogyKind>(['supplier lot', 'lot', 'dispensing', 'batch']),
  backward: new Set<GenealogyKind>(['lot', 'dispensing', 'batch']),
};
/** Of which it is also said what else was used for them. */
const withOthers = new Set<GenealogyKind>(['dispensing', 'batch']);

/** Instruments as they were calibrated when the batch began on the skid. */
export type Calibrated = (batch: GenealogyItem, skid: GenealogyItem) => readonly Link[];

/** Nearest first; each link once. */
export function traceOf(
  links: Links,
  of: GenealogyItem,
  direction: GenealogyDirection,
  calibrated: Calibrated,
): readonly GenealogyStep[] {
  const steps: GenealogyStep[] = [];
  const said = new Set<Link>();
  const say = (link: Link, depth: number, beside: boolean): void => {
    if (said.has(link)) return;
    said.add(link);
    const { from, to, what, at, event } = link;
    steps.push({ depth, from: links.view(from), to: links.view(to), what, at, event, beside });
  };
  const seen = new Set([keyOf(of)]);
  let front: readonly GenealogyItem[] = [of];
  for (let depth = 1; front.length > 0; depth += 1) {
    const next: GenealogyItem[] = [];
    const others: Link[] = [];
    for (const here of front) {
      for (const link of followed(direction === 'forward' ? links.onward(here) : links.back(here), here)) {
        say(link, depth, false);
        const there = direction === 'forward' ? link.to : link.from;
        if (direction === 'backward' && here.kind === 'batch' && there.kind === 'skid')
          others.push(...calibrated(here, there));
        if (seen.has(keyOf(there)) || !leadsOn[direction].has(there.kind)) continue;
        seen.add(keyOf(there));
        next.push(there);
      }
      if (direction === 'forward' && withOthers.has(here.kind)) others.push(...followed(links.back(here), here));
    }
    for (const link of others) say(link, depth, true);
    front = next;
  }
  return steps;
}

const followed = (all: readonly Link[], here: GenealogyItem): readonly Link[] =>
  all.filter(({ ofContainer }) => ofContainer !== true || here.kind === 'container');

const keyOf = ({ kind, id }: GenealogyItem): string => `${kind} ${id}`;
