/**
 * A batch's record, section by section, as 21 CFR 211.188 and ICH Q13 want it: what of each stands in the events, and what does not
 * stand there yet, said plainly. Pure.
 */
import { isoUtc } from '../../plant/clock.ts';
import { actorName } from '../../plant/people.ts';
import type { RecordSection, SectionEntry } from '../../plant/ports/batch-desk.ts';
import type { RecordValue, StoredEvent } from '../../plant/record-event.ts';
import { factsOf } from './control-recipe.ts';
import { sayRecord } from './say-record.ts';

type Found = Readonly<{ entries: readonly SectionEntry[]; missing?: string }>;
type Section = Readonly<{ title: string; find: (record: BatchRecord) => Found }>;

/** The events of a batch, and by what its sections are told apart. */
class BatchRecord {
  readonly events: readonly StoredEvent[];
  readonly prepared: StoredEvent | undefined;
  readonly started: StoredEvent | undefined;
  readonly #phases: ReadonlyMap<string, string>;

  constructor(events: readonly StoredEvent[]) {
    this.events = events;
    this.prepared = events.find(({ event }) => event.action === 'batch-prepared');
    this.started = events.find(({ event }) => event.action === 'batch-started');
    this.#phases = phasesOf(this.prepared);
  }

  by(...actions: readonly string[]): readonly SectionEntry[] {
    return this.events.filter(({ event }) => actions.includes(event.action)).map(entryOf);
  }

  signed(isOf: (subject: string) => boolean): readonly SectionEntry[] {
    return this.events
      .filter(({ event }) => event.action === 'signed' && isOf(event.object))
      .map(({ seq, utc, event }) => {
        const { printedName, role, signedAt, signedSeq } = (event.data ?? {}) as Readonly<Record<string, string>>;
        const text = `${printedName ?? ''} (${role ?? ''}), ${sayRecord(event.new ?? null)}: ${event.object}, ${signedAt ?? ''}, over events 1 to ${signedSeq ?? ''}`;
        return { seq, at: utc, text };
      });
  }

  /** Ends of the steps of these phases, with what ended them. */
  steps(...phases: readonly string[]): readonly SectionEntry[] {
    return this.events
      .filter(({ event }) => event.action === 'step-ended' && phases.includes(this.#phases.get(event.object) ?? ''))
      .map(entryOf);
  }

  /** A part of what the first or second line says. */
  part(of: 'prepared' | 'started', ...names: readonly string[]): readonly SectionEntry[] {
    const stored = this[of];
    if (stored === undefined) return [];
    const data = stored.event.data ?? {};
    return names.flatMap((name) => {
      const value = valueAt(data, name.split('.'));
      return isEmpty(value) ? [] : [{ seq: stored.seq, at: stored.utc, text: `${name}: ${sayRecord(value ?? null)}` }];
    });
  }

  gates(...names: readonly string[]): readonly SectionEntry[] {
    const { started } = this;
    const gates = started?.event.data?.['gates'];
    if (started === undefined || !Array.isArray(gates)) return [];
    return (gates as readonly RecordValue[]).flatMap((gate) => {
      const { gate: name, object, verdict, found } = gate as Readonly<Record<string, string>>;
      const text = `${name ?? ''} ${object ?? ''}: ${verdict ?? ''}, ${found ?? ''}`;
      return names.includes(name ?? '') ? [{ seq: started.seq, at: started.utc, text }] : [];
    });
  }

  /** Answers to what phases of that kind asked. */
  answers(...phases: readonly string[]): readonly SectionEntry[] {
    const asked = new Map<string, string>();
    for (const { event } of this.events)
      if (event.action === 'prompt-asked' && phases.includes(this.#phases.get(event.object) ?? ''))
        asked.set(sayRecord(event.data?.['prompt'] ?? null), sayRecord(event.data?.['title'] ?? ''));
    return this.events
      .filter(({ event }) => event.action === 'prompt-answered' && asked.has(event.object))
      .map((stored) => {
        const entry = entryOf(stored);
        return { ...entry, text: `${asked.get(stored.event.object) ?? ''}: ${entry.text}` };
      });
  }
}

const later = (what: string): string => `${what} is not joined to this record yet.`;

const sections: readonly Section[] = [
  {
    title: 'Header',
    find: (record) => ({
      entries: [
        ...record.part('prepared', 'purpose', 'skids', 'spares', 'build', 'timeScale'),
        ...record.part('started', 'recipe', 'version', 'status', 'masterDigest'),
      ],
    }),
  },
  {
    title: 'Control recipe',
    find: (record) => ({
      entries: record.part('prepared', 'controlDigest', 'control.values', 'control.plans', 'control.text'),
    }),
  },
  {
    title: 'People, roles, training, signatures',
    find: (record) => ({
      entries: [...record.part('started', 'people'), ...record.gates('training'), ...record.signed(() => true)],
      missing: later('A specimen of each signature'),
    }),
  },
  {
    title: 'Equipment',
    find: (record) => ({
      entries: [
        ...record.part('started', 'skidDigests', 'facts.equipment'),
        ...record.gates('calibration', 'cleaning', 'fouling', 'acid', 'waste', 'skid', 'permissive'),
        ...record.steps('line-clearance'),
        ...record.answers('line-clearance'),
      ],
      missing: later('Run hours of equipment'),
    }),
  },
  {
    title: 'Materials',
    find: (record) => ({
      entries: [...record.part('started', 'facts.materials'), ...record.gates('dispensing', 'lot')],
      missing: later('Concentration, pH and hold time of the feeds as they were made'),
    }),
  },
  {
    title: 'Suitability of the analysers',
    find: (record) => ({ entries: [...record.part('started', 'analyses'), ...record.gates('analysis')] }),
  },
  { title: 'Start-up', find: (record) => ({ entries: record.steps('leak-test', 'prime', 'heat-up', 'steady-state') }) },
  {
    title: 'Stage 1',
    find: (record) => ({
      entries: record.steps('stage-1'),
      missing: later('The course of flows, temperature and conversion (it stands in the historian)'),
    }),
  },
  {
    title: 'Stage 2',
    find: (record) => ({
      entries: record.steps('stage-2', 'shell'),
      missing: later('The course of flows, temperature, pressure and emission (it stands in the historian)'),
    }),
  },
  {
    title: 'Segments',
    find: (record) => ({
      entries: [...record.by('volume-collected'), ...record.steps('collect')],
      missing: later('The feed lot, status and container of each segment'),
    }),
  },
  {
    title: 'States, commands, modes, interventions',
    find: (record) => ({
      entries: record.by(
        'batch-started',
        'batch-commanded',
        'command-refused',
        'state-changed',
        'mode-changed',
        'ending-begun',
        'restart-planned',
        'service-restarted',
        'reconciled',
        'unit-given-up',
        'unit-joined',
        'batch-ended',
      ),
    }),
  },
  {
    title: 'Alarms, exceptions, holds, diversions',
    find: (record) => ({
      entries: record.by('exception-raised', 'record-gap', 'equipment-done-without'),
      missing: later('The list of alarms (it stands in the journal of alarms)'),
    }),
  },
  {
    title: 'Samples and laboratory results',
    find: (record) => ({
      entries: [...record.steps('sample'), ...record.answers('sample', 'instruct')],
      missing: later('What the laboratory answered'),
    }),
  },
  {
    title: 'Shutdown, flush, cleaning, fouling',
    find: (record) => ({
      entries: [...record.steps('shutdown', 'fouling-flush'), ...record.by('flush-liquid-changed')],
    }),
  },
  {
    title: 'Yield and reconciliation',
    find: (record) => ({
      entries: record.by('batch-ended'),
      missing: later('The reconciliation of cadmium and of waste'),
    }),
  },
  {
    title: 'Labels and containers',
    find: () => ({ entries: [], missing: later('What was printed and counted (it stands with the labels)') }),
  },
  {
    title: 'Review and disposition',
    find: (record) => ({
      entries: record.signed((subject) => subject.startsWith('record of batch')),
      missing: later('The rules of review by exception, and the disposition'),
    }),
  },
  {
    title: 'Manifest',
    find: ({ events }) => {
      const [first, last] = [events[0], events.at(-1)];
      if (first === undefined || last === undefined) return { entries: [] };
      const say = ({ seq, utc, hash }: StoredEvent, which: string): SectionEntry => ({
        seq,
        at: utc,
        text: `${which} of ${events.length} events, ${hash}`,
      });
      return {
        entries: [say(first, 'first'), say(last, 'last')],
        missing: later('The verifier’s output; take the record away and verify it'),
      };
    },
  },
];

/** Every section, in order, each with what stands of it. */
export function recordSections(events: readonly StoredEvent[]): readonly RecordSection[] {
  const record = new BatchRecord(events);
  return sections.map(({ title, find }, index) => {
    const { entries, missing } = find(record);
    return { number: index + 1, title, entries, missing: missing ?? null };
  });
}

function phasesOf(prepared: StoredEvent | undefined): ReadonlyMap<string, string> {
  if (prepared === undefined) return new Map();
  try {
    return new Map(
      factsOf(prepared.event).recipe.procedure.steps.map(({ path, phase }) => [path.slice(0, 200), phase]),
    );
  } catch {
    // A record of an earlier form: its lines are shown, none of them by its phase.
    return new Map();
  }
}

function entryOf({ seq, utc, event }: StoredEvent): SectionEntry {
  const { action, object, old, new: now, reason, data = {}, actor } = event;
  const { skid, figures, ...rest } = data;
  const change = now === undefined ? '' : ` ${old === undefined ? '' : `${sayRecord(old)} `}→ ${sayRecord(now)}`;
  const more = [figures, Object.keys(rest).length === 0 ? undefined : rest].filter((part) => !isEmpty(part));
  const where = typeof skid === 'string' && skid !== object ? `${skid} ` : '';
  const who = actor.kind === 'person' ? ` by ${actorName(actor)}` : '';
  const at = event.happenedAt ?? utc;
  const said = more.map((part) => sayRecord(part ?? null)).join('; ');
  const text = `${isoUtc(at)} ${where}${object}: ${action}${change}${who}${reason === undefined ? '' : `, ${reason}`}${said === '' ? '' : ` (${said})`}`;
  return { seq, at, text };
}

function valueAt(data: Readonly<Record<string, RecordValue>>, path: readonly string[]): RecordValue | undefined {
  let value: RecordValue | undefined = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = (value as Readonly<Record<string, RecordValue>>)[name];
  }
  return value;
}

const isEmpty = (value: RecordValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);
