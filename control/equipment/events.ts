/** What the record says of equipment and training, in one place: written here, and read back here. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { batchStates } from '../../plant/batch-view.ts';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Calibration, InstrumentView, SaidIdentity, TrainingRecord } from '../../plant/equipment-view.ts';
import type { Actor } from '../../plant/people.ts';
import { recipeKinds } from '../../plant/recipe/recipe.ts';
import { chemistryNames } from '../../plant/recipe/roles.ts';
import { recordNumber, type RecordEvent, type RecordValue, type StoredEvent } from '../../plant/record-event.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';
import { decimalPattern } from './calibration.ts';
import type { CleaningEvent } from './cleaning.ts';

export const trainingScope = 'equipment/training';
export const skidScope = (skid: SkidName): string => `equipment/${skid}`;
export const service: Actor = { kind: 'service', part: 'equipment' };

/** What a command of a person was, so that it is done once. */
export type Done = Readonly<{ commandId: string; digest: string }>;

export type Known =
  | Readonly<{ kind: 'calibration'; calibration: Calibration; done: Done }>
  | Readonly<{ kind: 'cleaning'; skid: SkidName; event: CleaningEvent; done: Done | null }>
  | Readonly<{ kind: 'training'; record: TrainingRecord; done: Done }>
  | Readonly<{ kind: 'identity'; skid: SkidName; device: string; recorded: SaidIdentity; said: SaidIdentity }>
  | Readonly<{
      kind: 'instrument accepted';
      skid: SkidName;
      device: string;
      said: SaidIdentity;
      accepted: Readonly<{ at: UtcMs; by: string; checkedBy: string }>;
      done: Done;
    }>
  /** It is one of these, and what it says cannot be read. */
  | Readonly<{ kind: 'unreadable'; scope: string; seq: number; action: string; dirties: SkidName | null }>;

const cleaningActions = {
  'batch began': 'batch-began',
  'batch ended': 'batch-ended-here',
  cleaned: 'cleaned',
  'to be cleaned': 'to-be-cleaned',
  'fouling found': 'fouling-found',
  'fouling flushed': 'fouling-flushed',
  'acid in': 'acid-in',
  'acid out': 'acid-out',
} as const satisfies Readonly<Record<CleaningEvent['kind'], string>>;
const cleaningKinds = new Map<string, CleaningEvent['kind']>(
  Object.entries(cleaningActions).map(([kind, action]) => [action, kind as CleaningEvent['kind']]),
);

export function cleaningRecord(
  skid: SkidName,
  event: CleaningEvent,
  more: Readonly<{ actor: Actor; reason?: string; data?: Readonly<Record<string, RecordValue>> }>,
): RecordEvent & Readonly<{ happenedAt: CleaningEvent['at'] }> {
  const data: Record<string, RecordValue> = { ...more.data };
  if (event.kind === 'batch began') {
    const { batch, recipe, recipeKind, chemistry } = event;
    Object.assign(data, { batch, recipe, kind: recipeKind, chemistry });
  } else if (event.kind === 'batch ended') Object.assign(data, { batch: event.batch, outcome: event.outcome });
  else data['found'] = event.found;
  return {
    scope: skidScope(skid),
    actor: more.actor,
    action: cleaningActions[event.kind],
    object: skid,
    ...(more.reason === undefined ? {} : { reason: more.reason }),
    data,
    happenedAt: event.at,
  };
}

const pointsOf = (points: Calibration['asFound']): RecordValue =>
  points.map(({ reference, reading }) => ({ reference, reading }));

export const calibrationRecord = (calibration: Calibration, actor: Actor, reason: string, done: Done): RecordEvent => {
  const { skid, instrument, at, due, certificate, unit, tolerance, asFound, asLeft, ...rest } = calibration;
  return {
    scope: skidScope(skid),
    actor,
    action: 'calibration-recorded',
    object: instrument,
    ...(unit === null ? {} : { unit }),
    reason,
    data: {
      ...done,
      at: recordNumber(at),
      due: recordNumber(due),
      certificate,
      tolerance,
      asFound: pointsOf(asFound),
      asLeft: pointsOf(asLeft),
      asFoundWithin: rest.asFoundWithin,
      asLeftWithin: rest.asLeftWithin,
      ...(rest.asFoundWithin ? {} : { batches: rest.batches }),
      by: rest.by,
      checkedBy: rest.checkedBy,
    },
  };
};

export const trainingRecord = (record: TrainingRecord, actor: Actor, reason: string, done: Done): RecordEvent => ({
  scope: trainingScope,
  actor,
  action: 'training-recorded',
  object: record.personId,
  new: record.training,
  reason,
  data: {
    ...done,
    printedName: record.printedName,
    given: recordNumber(record.given),
    validUntil: recordNumber(record.validUntil),
    by: record.by,
  },
});

const identityValue = ({ serial, firmware }: SaidIdentity): RecordValue => ({ serial, firmware });

export const identityRecord = (
  skid: SkidName,
  device: string,
  about: Readonly<{
    recorded: SaidIdentity;
    said: SaidIdentity;
    /** What stood on record before; null where nothing did. */
    before: SaidIdentity | null;
    /** The instruments of the device, as their calibration stands. */
    calibrated: readonly InstrumentView[];
    at: UtcMs;
  }>,
): RecordEvent & Readonly<{ happenedAt: UtcMs }> => ({
  scope: skidScope(skid),
  actor: service,
  action: 'instrument-identity',
  object: device,
  old: about.before === null ? null : identityValue(about.before),
  new: identityValue(about.said),
  data: {
    recorded: identityValue(about.recorded),
    calibrations: about.calibrated.map(({ instrument, state, last }) => ({
      instrument,
      state,
      due: last === null ? null : recordNumber(last.due),
    })),
  },
  happenedAt: about.at,
});

export const acceptedRecord = (
  skid: SkidName,
  device: string,
  about: Readonly<{ said: SaidIdentity; before: SaidIdentity; by: string; checkedBy: string; at: UtcMs }>,
  more: Readonly<{ actor: Actor; reason: string; done: Done }>,
): RecordEvent => ({
  scope: skidScope(skid),
  actor: more.actor,
  action: 'instrument-accepted',
  object: device,
  old: identityValue(about.before),
  new: identityValue(about.said),
  reason: more.reason,
  data: { ...more.done, at: recordNumber(about.at), by: about.by, checkedBy: about.checkedBy },
});

const time = Type.String({ pattern: '^\\d{1,16}$' });
const decimal = Type.String({ pattern: decimalPattern });
const done = { commandId: Type.String(), digest: Type.String() };
const points = Type.Array(Type.Object({ reference: decimal, reading: decimal }));
const calibrationData = Compile(
  Type.Object({
    ...done,
    at: time,
    due: time,
    certificate: Type.String(),
    tolerance: decimal,
    asFound: points,
    asLeft: points,
    asFoundWithin: Type.Boolean(),
    asLeftWithin: Type.Boolean(),
    /** Not said before batches were listed. */
    batches: Type.Optional(Type.Array(Type.String())),
    by: Type.String(),
    checkedBy: Type.String(),
  }),
);
const trainingData = Compile(
  Type.Object({ ...done, printedName: Type.String(), given: time, validUntil: time, by: Type.String() }),
);
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const identityForm = Type.Object({ serial: textOrNull, firmware: textOrNull });
const identityCheck = Compile(identityForm);
const identityData = Compile(Type.Object({ recorded: identityForm }));
const acceptedData = Compile(Type.Object({ ...done, at: time, by: Type.String(), checkedBy: Type.String() }));
const doneData = Compile(Type.Object(done));
const foundData = Compile(Type.Object({ found: Type.String() }));
const beganData = Compile(
  Type.Object({
    batch: Type.String(),
    recipe: Type.String(),
    kind: Type.Enum(recipeKinds),
    chemistry: Type.Union([Type.Enum(chemistryNames), Type.Null()]),
  }),
);
const endedData = Compile(Type.Object({ batch: Type.String(), outcome: Type.Enum(batchStates) }));

/** Null for an event that changes nothing here. */
export function remember(stored: StoredEvent): Known | null {
  const { event, seq, scope } = stored;
  const unreadable: Known = { kind: 'unreadable', scope, seq, action: event.action, dirties: null };
  if (event.action === 'calibration-recorded') return calibrationIn(stored) ?? unreadable;
  if (event.action === 'training-recorded') return trainingIn(stored) ?? unreadable;
  if (event.action === 'instrument-identity') return identityIn(stored) ?? unreadable;
  if (event.action === 'instrument-accepted') return acceptedIn(stored) ?? unreadable;
  const kind = cleaningKinds.get(event.action);
  if (kind === undefined) return null;
  const cleaning = cleaningIn(kind, stored);
  if (cleaning === null) return { ...unreadable, dirties: skidName(event.object) };
  const { data } = event;
  const by = doneData.Check(data) ? { commandId: data.commandId, digest: data.digest } : null;
  return { kind: 'cleaning', skid: skidName(event.object), event: cleaning, done: by };
}

function cleaningIn(kind: CleaningEvent['kind'], { event, utc }: StoredEvent): CleaningEvent | null {
  const { data } = event;
  const at = event.happenedAt ?? utc;
  if (kind === 'batch began') {
    if (!beganData.Check(data)) return null;
    return { kind, at, batch: data.batch, recipe: data.recipe, recipeKind: data.kind, chemistry: data.chemistry };
  }
  if (kind === 'batch ended')
    return endedData.Check(data) ? { kind, at, batch: data.batch, outcome: data.outcome } : null;
  return foundData.Check(data) ? { kind, at, found: data.found } : null;
}

function calibrationIn({ event, scope }: StoredEvent): Known | null {
  const { data, object, unit = null } = event;
  if (!calibrationData.Check(data)) return null;
  const { commandId, digest, at, due, batches = [], ...rest } = data;
  const skid = skidName(scope.slice(skidScope(skidName('')).length));
  const calibration = {
    ...rest,
    batches,
    skid,
    instrument: object,
    unit,
    at: utcMs(Number(at)),
    due: utcMs(Number(due)),
  };
  return { kind: 'calibration', calibration, done: { commandId, digest } };
}

const skidIn = ({ scope }: StoredEvent): SkidName => skidName(scope.slice(skidScope(skidName('')).length));

function identityIn(stored: StoredEvent): Known | null {
  const { data, object: device, new: said } = stored.event;
  if (!identityData.Check(data) || !identityCheck.Check(said)) return null;
  return { kind: 'identity', skid: skidIn(stored), device, recorded: data.recorded, said };
}

function acceptedIn(stored: StoredEvent): Known | null {
  const { data, object: device, new: said } = stored.event;
  if (!acceptedData.Check(data) || !identityCheck.Check(said)) return null;
  const { commandId, digest, at, by, checkedBy } = data;
  const accepted = { at: utcMs(Number(at)), by, checkedBy };
  return { kind: 'instrument accepted', skid: skidIn(stored), device, said, accepted, done: { commandId, digest } };
}

function trainingIn({ event }: StoredEvent): Known | null {
  const { data, object } = event;
  if (!trainingData.Check(data) || typeof event.new !== 'string') return null;
  const { commandId, digest, printedName, given, validUntil, by } = data;
  return {
    kind: 'training',
    record: {
      personId: object,
      printedName,
      training: event.new,
      given: utcMs(Number(given)),
      validUntil: utcMs(Number(validUntil)),
      by,
    },
    done: { commandId, digest },
  };
}
