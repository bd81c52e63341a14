/** What equipment and people's training have to say before a batch starts. Everything that is wrong is named, with what to do. */
import type { Clock } from '../../plant/clock.ts';
import type { InstrumentIdentity, TrainingForm } from '../../plant/equipment-view.ts';
import type { Actor } from '../../plant/people.ts';
import type { GateCheck, StartGate, StartQuestion } from '../../plant/ports/start-gate.ts';
import type { FieldView } from '../../plant/ports/scan-consumer.ts';
import { chemistryOf, type Chemistry } from '../../plant/recipe/roles.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import { recordNumber, type RecordValue } from '../../plant/record-event.ts';
import { tagName, type SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { EquipmentBook } from './book.ts';
import { sayState } from './calibration.ts';
import { cleaningView, mayMake, type Finding } from './cleaning.ts';
import { instrumentsOf } from './desk.ts';
import { mayBeUsed } from './identity.ts';
import type { CleaningRules } from './rules.ts';
import { trainingsFor } from './training.ts';
import { neededMl, wasteRoom } from './waste.ts';

export type GateOptions = Readonly<{
  skids: readonly Skid[];
  book: EquipmentBook;
  clock: Clock;
  rules: CleaningRules;
  trainings: readonly TrainingForm[];
  field: Pick<FieldView, 'snapshot'>;
  /** As devices say it now. */
  identities: () => Promise<readonly InstrumentIdentity[]>;
}>;

type Person = Extract<Actor, { kind: 'person' }>;

/** Of whoever asks for the start; and of those who sign beside. */
const startingActs = ['start batch'];
const signingActs = ['check', 'sign record'];

export function createStartGate(options: GateOptions): StartGate {
  return {
    name: 'equipment',
    async check(question) {
      const { purpose, recipe } = question;
      const skids = skidsOf(options, question);
      const watched = [
        ...(await instruments(options, skids)),
        ...skids.flatMap((skid) => calibrations(options, skid)),
        ...(recipe.kind === 'cleaning' ? [] : skids.flatMap((skid) => cleanings(options, skid, recipe))),
        ...trainings(options, question),
      ];
      const waste = await Promise.all(skids.map((skid) => wasteOf(options, skid, recipe)));
      // A rehearsal makes nothing that anybody uses; what its twin has no room for, it has no room for all the same.
      return [...(purpose === 'rehearsal' ? watched.map(notWatched) : watched), ...waste.flat()];
    },
    async facts(question) {
      const skids = skidsOf(options, question);
      const now = options.clock.utc();
      const identities = (await options.identities()).filter(({ skid }) => question.skids.includes(skid));
      return {
        instruments: identities.map(({ skid, device, said, state }) => ({
          skid,
          device,
          serial: said?.serial ?? null,
          firmware: said?.firmware ?? null,
          state,
        })),
        calibration: instrumentsOf({ ...options, skids }).map(({ skid, instrument, state, last }) => ({
          skid,
          instrument,
          state,
          ...(last === null
            ? {}
            : { certificate: last.certificate, at: recordNumber(last.at), due: recordNumber(last.due) }),
        })),
        cleaning: skids.map(({ name }) => {
          const { status, since, chemistry, batches, found } = cleaningView(
            name,
            options.book.cleaning(name),
            options.rules,
            now,
          );
          return {
            skid: name,
            status,
            since: since === null ? null : recordNumber(since),
            chemistry,
            batches: recordNumber(batches),
            found,
          };
        }),
        training: personsOf(question).flatMap((person, i) => trainingFacts(options, person, i)),
      };
    },
  };
}

const skidsOf = ({ skids }: GateOptions, question: StartQuestion): readonly Skid[] =>
  skids.filter(({ name }) => question.skids.includes(name));

const notWatched = (check: GateCheck): GateCheck => ({ ...check, verdict: 'not watched', remedy: '' });

const checkOf = (gate: string, object: string, { ok, found, remedy }: Finding): GateCheck => ({
  gate,
  object,
  verdict: ok ? 'ok' : 'blocked',
  found,
  remedy,
});

async function instruments({ identities }: GateOptions, skids: readonly Skid[]): Promise<readonly GateCheck[]> {
  const own = (await identities()).filter(({ skid }) => skids.some(({ name }) => name === skid));
  return own.map((view) => {
    const object = `${view.skid}/${view.device}`;
    const finding = mayBeUsed(view);
    return finding === 'not known'
      ? { gate: 'instrument', object, verdict: 'not watched', found: 'It is not connected.', remedy: '' }
      : checkOf('instrument', object, finding);
  });
}

const calibrations = (options: GateOptions, skid: Skid): readonly GateCheck[] =>
  instrumentsOf({ ...options, skids: [skid] }).map((view) =>
    checkOf('calibration', `${view.skid}/${view.instrument}`, {
      ok: view.state === 'in date',
      found: `${view.title}: ${sayState(view)}`,
      remedy: view.state === 'in date' ? '' : `Have ${view.skid}/${view.instrument} calibrated, and record it.`,
    }),
  );

/** What the recipe brings into the skid; null for what feeds no chalcogen. */
export const chemistryIn = ({ feedstocks }: Pick<MasterRecipe, 'feedstocks'>): Chemistry | null => {
  const chalcogen = feedstocks.find(({ feed }) => feed === 'chalcogen');
  return chalcogen === undefined ? null : chemistryOf(chalcogen.name);
};

function cleanings({ book, rules, clock }: GateOptions, { name }: Skid, recipe: MasterRecipe): readonly GateCheck[] {
  const state = book.cleaning(name);
  const found = (is: Readonly<{ found: string }> | null, clear: string, remedy: string): Finding =>
    is === null ? { ok: true, found: clear, remedy: '' } : { ok: false, found: is.found, remedy };
  return [
    checkOf('cleaning', name, mayMake(state, chemistryIn(recipe), rules, clock.utc())),
    checkOf(
      'fouling',
      name,
      found(
        state.fouled,
        'No fouling since its last flush.',
        'Run a fouling flush, or have it flushed and stated so by two people.',
      ),
    ),
    checkOf(
      'acid',
      name,
      found(state.acid, 'No acid in it.', 'Flush it with water until it is out, and have that stated by two people.'),
    ),
  ];
}

const personsOf = ({ people }: StartQuestion): readonly Person[] => people.filter((actor) => actor.kind === 'person');

const actsOf = (i: number): readonly string[] => (i === 0 ? startingActs : signingActs);

function trainings({ book, trainings: forms, clock }: GateOptions, question: StartQuestion): readonly GateCheck[] {
  const told = new Set<string>();
  return personsOf(question).flatMap((person, i) =>
    trainingsFor(book.training, forms, person.id, actsOf(i), clock.utc()).flatMap(({ training, ok, found }) => {
      const key = `${person.id} ${training.name}`;
      if (told.has(key)) return [];
      told.add(key);
      const remedy = ok
        ? ''
        : `Have ${person.printedName} trained, and QA record it; or let another ${i === 0 ? 'start' : 'sign'}.`;
      return [checkOf('training', person.printedName, { ok, found: `${person.printedName} ${found}.`, remedy })];
    }),
  );
}

const trainingFacts = (
  { book, trainings: forms, clock }: GateOptions,
  person: Person,
  i: number,
): readonly RecordValue[] =>
  trainingsFor(book.training, forms, person.id, actsOf(i), clock.utc()).map(({ training, record, ok }) => ({
    person: person.id,
    printedName: person.printedName,
    training: training.name,
    valid: ok,
    validUntil: record === null ? null : recordNumber(record.validUntil),
  }));

async function wasteOf(
  { field }: GateOptions,
  { name, type }: Skid,
  recipe: MasterRecipe,
): Promise<readonly GateCheck[]> {
  const { wasteTank = null } = type;
  if (wasteTank === null) return [];
  const tag = tagName(name, wasteTank.level);
  const news = await field.snapshot(name);
  const sample = news?.batch.samples.find((each) => each.tag === tag);
  return [checkOf('waste', name satisfies SkidName, wasteRoom(wasteTank, sample, neededMl(recipe, type)))];
}
