/** What the record of a batch that ran from start to flush has to hold, looked for in what the service hands out. */
import { verifyExport } from '../../control/records/verify/verify-export.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import type { RecordSection } from '../../plant/ports/batch-desk.ts';
import { ownCheckpoint, trustOf } from '../control/records/support.ts';
import { doubledSteps, type Recorded } from './batch-kill-record.ts';

/** Of a batch record, in their order; `stands`: what a whole run on twins must have brought about. */
export const asked: readonly Readonly<{ title: string; stands: boolean }>[] = [
  { title: 'Header', stands: true },
  { title: 'Control recipe', stands: true },
  { title: 'People, roles, training, signatures', stands: true },
  { title: 'Equipment', stands: true },
  { title: 'Materials', stands: true },
  { title: 'Suitability of the analysers', stands: true },
  { title: 'Start-up', stands: true },
  { title: 'Stage 1', stands: true },
  { title: 'Stage 2', stands: true },
  { title: 'Segments', stands: true },
  { title: 'States, commands, modes, interventions', stands: true },
  { title: 'Alarms, exceptions, holds, diversions', stands: false },
  { title: 'Samples and laboratory results', stands: false },
  { title: 'Shutdown, flush, cleaning, fouling', stands: true },
  { title: 'Yield and reconciliation', stands: true },
  { title: 'Labels and containers', stands: false },
  { title: 'Review and disposition', stands: false },
  { title: 'Manifest', stands: true },
];

export type Kept = Readonly<{
  view: BatchView;
  sections: readonly RecordSection[];
  /** The export, as it is downloaded. */
  record: string;
  events: readonly Recorded[];
  /** Of the equipment that the skids share. */
  shared: readonly Recorded[];
  dataFolder: string;
}>;

/** @returns what is wrong with it, in words; empty where nothing is */
export function faultsOfRecord({ view, sections, record, events, shared, dataFolder }: Kept): readonly string[] {
  return [
    ...sectionFaults(sections),
    ...doubledSteps(events),
    ...view.units.flatMap((unit) => stepFaults(unit, events)),
    ...ownerFaults(shared, view.units),
    ...(verifyExport({ bytes: Buffer.from(record), trusted: trustOf(dataFolder), witness: ownCheckpoint(record) }).holds
      ? []
      : ['the export does not verify']),
  ];
}

function sectionFaults(sections: readonly RecordSection[]): readonly string[] {
  const titles = sections.map(({ number, title }) => `${number} ${title}`);
  const wanted = asked.map(({ title }, i) => `${i + 1} ${title}`);
  if (titles.join() !== wanted.join()) return [`its sections are ${titles.join(', ')}`];
  return sections.flatMap(({ number, title, entries, missing }, i) => {
    if (entries.length > 0) return [];
    if (asked[i]?.stands === true) return [`section ${number} ${title} is empty`];
    // An empty section of exceptions says that there were none; of what is kept elsewhere it is said where.
    return missing === null ? [`section ${number} ${title} is empty and does not say why`] : [];
  });
}

/** Each step of the procedure began and ended on each skid, but for branches that were not taken. */
function stepFaults({ skid, steps }: BatchView['units'][number], events: readonly Recorded[]): readonly string[] {
  const paths = (action: string): ReadonlySet<string> =>
    new Set(events.flatMap((event) => (event.action === action && event.data?.skid === skid ? [event.object] : [])));
  const [begun, ended] = [paths('step-started'), paths('step-ended')];
  return steps.flatMap(({ path, state }) => {
    if (state === 'skipped') return [];
    if (state !== 'done') return [`${path} on ${skid} is ${state}`];
    return begun.has(path) && ended.has(path) ? [] : [`${path} on ${skid} is done and not on record`];
  });
}

const keyOf = ({ data }: Recorded): string => JSON.stringify([data?.batch, data?.skid, data?.path, data?.turn]);

/** Shared equipment that is granted to one while another has it, or given back by whoever has it not; and who used it unasked. */
function ownerFaults(shared: readonly Recorded[], units: BatchView['units']): readonly string[] {
  const owners = new Map<string, string>();
  const wrong = shared.flatMap((event): readonly string[] => {
    const { action, object } = event;
    const [user, owner] = [keyOf(event), owners.get(object)];
    if (action === 'equipment-granted') {
      owners.set(object, user);
      return owner === undefined ? [] : [`${object} was granted to ${user} while ${owner} had it`];
    }
    if (action !== 'equipment-released' && action !== 'equipment-taken-away') return [];
    owners.delete(object);
    return owner === user ? [] : [`${object} was given back by ${user} and ${owner ?? 'nobody'} had it`];
  });
  if (units.length < 2) return wrong;
  const granted = new Set(shared.flatMap((event) => (event.action === 'equipment-granted' ? [event.data?.skid] : [])));
  const using = units.filter(({ steps }) => steps.some(({ phase }) => phase === 'fouling-flush'));
  return [
    ...wrong,
    ...using.flatMap(({ skid }) => (granted.has(skid) ? [] : [`${skid} has flushed into a waste line it had not`])),
  ];
}
