/** What a site file says of equipment that skids share: what it is, whom it serves, and in which order it is taken. */
import { sharedAnalysers, sharedLines } from '../recipe/roles.ts';
import { skidName, type SkidName } from '../sample.ts';
import type { SharedEquipment } from '../shared-equipment.ts';
import { didYouMean } from '../suggest.ts';
import type { SkidType } from './definition.ts';
import { checkName } from './names.ts';
import type { SharedFile, SiteFile } from './schema.ts';
import type { Source } from './source.ts';

type SkidOfSite = Readonly<{ name: SkidName; type: SkidType }>;

const known: readonly string[] = [...sharedAnalysers, ...sharedLines];

/** Scopes of the record that stand beside those of the skids. */
const keptNames: readonly string[] = ['shared', 'training'];

/** In the site's order. */
export function readShared(source: Source, form: SiteFile, skids: readonly SkidOfSite[]): readonly SharedEquipment[] {
  const entries = Object.entries(form.shared ?? {});
  const orders = new Map<number, string>();
  const served = new Map<string, string>();
  for (const name of Object.keys(form.skids))
    if (keptNames.includes(name))
      source.fault(['skids', name], `The record of equipment has "${name}" for itself.`, 'Give the skid another name.');
  for (const [name, shared] of entries) {
    const path = ['shared', name];
    checkName(source, path, name, /^[A-Za-z][A-Za-z0-9-]*$/u, 'Use letters, digits and hyphens, such as "NMR-1".');
    checkUse(source, name, shared, { form, skids });
    const first = orders.get(shared.order);
    if (first === undefined) orders.set(shared.order, name);
    else
      source.fault(
        [...path, 'order'],
        `${name} and ${first} are both ${shared.order} in the order in which equipment is taken.`,
        'Give each a place of its own, so that no two skids wait for each other.',
      );
    shared.serves.forEach((skid, i) => {
      const key = `${shared.is} ${skid}`;
      const other = served.get(key);
      if (other === undefined) served.set(key, name);
      else
        source.fault(
          [...path, 'serves', i],
          `${skid} has ${shared.is} from ${other} already.`,
          'Let one piece of each kind serve a skid.',
        );
    });
  }
  return entries
    .map(([name, { title, is, serves, use = 'one', order, failure = 'hold' }]) => ({
      name,
      title,
      is,
      serves: serves.map(skidName),
      use,
      order,
      failure,
    }))
    .sort((one, other) => one.order - other.order);
}

type Site = Readonly<{ form: SiteFile; skids: readonly SkidOfSite[] }>;

function checkUse(source: Source, name: string, { is, serves }: SharedFile, { form, skids }: Site): void {
  const path = ['shared', name];
  const isKnown = known.includes(is);
  if (!isKnown)
    source.fault(
      [...path, 'is'],
      `"${is}" is nothing that skids share.`,
      didYouMean(is, known, `Use ${known.join(', ')}.`),
    );
  const names = Object.keys(form.skids);
  serves.forEach((skid, i) => {
    if (!names.includes(skid)) {
      source.fault(
        [...path, 'serves', i],
        `${name} serves the skid ${skid}, which is none of the site's.`,
        didYouMean(skid, names, `Its skids: ${names.join(', ')}.`),
      );
      return;
    }
    // The fault of a skid of which nothing came has been told.
    const type = skids.find((each) => each.name === skid)?.type;
    if (type === undefined || !isKnown || (sharedLines as readonly string[]).includes(is)) return;
    if (type.capabilities.includes(is)) return;
    source.fault(
      [...path, 'serves', i],
      `${skid} is not fitted for ${is}: it has ${type.capabilities.join(', ') || 'no capabilities'}.`,
      'Leave the skid out, or fit its type with the analyser.',
    );
  });
}
