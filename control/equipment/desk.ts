/** What people do at the desk of equipment: calibrations, statements of cleaning, trainings. Each is signed before it holds. */
import { isoUtc, type Clock } from '../../plant/clock.ts';
import type { InstrumentIdentity, InstrumentView, TrainingForm } from '../../plant/equipment-view.ts';
import type { CalibrationFailed, EquipmentAnswer, EquipmentDesk } from '../../plant/ports/equipment-desk.ts';
import type { RecordValue } from '../../plant/record-event.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { deviceOf } from '../../plant/skid/source-device.ts';
import type { SkidName } from '../../plant/sample.ts';
import { day, dueOf, instrumentView, isDecimal, isWithin } from './calibration.ts';
import { cleaningView, type CleaningEvent } from './cleaning.ts';
import {
  acceptedRecord,
  calibrationRecord,
  cleaningRecord,
  skidScope,
  trainingRecord,
  trainingScope,
} from './events.ts';
import { identityText, isSame } from './identity.ts';
import type { CleaningRules } from './rules.ts';
import { enterSigned, type SigningPorts } from './signed-entry.ts';
import { validUntil } from './training.ts';
import { batchesTouched } from './uses.ts';

export type DeskOptions = SigningPorts &
  Readonly<{
    skids: readonly Skid[];
    clock: Clock;
    rules: CleaningRules;
    trainings: readonly TrainingForm[];
    failed: CalibrationFailed;
    identities: () => Promise<readonly InstrumentIdentity[]>;
    /** One after the other. */
    inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  }>;

const mostPoints = 50;
const longestCertificate = 60;
const statements = {
  clean: 'cleaned',
  'to be cleaned': 'to be cleaned',
  'not fouled': 'fouling flushed',
  'acid out': 'acid out',
} as const satisfies Readonly<Record<string, CleaningEvent['kind']>>;

/** An instrument is a device, or a tag of one. */
export function deviceOfInstrument({ devices, tags }: Skid['type'], instrument: string): string | null {
  if (devices.some(({ name }) => name === instrument)) return instrument;
  const source = tags.find(({ name }) => name === instrument)?.source;
  return source === undefined ? null : deviceOf(source);
}

const refused = (reason: string): EquipmentAnswer => ({ done: false, reason });

export function instrumentsOf({
  skids,
  book,
  clock,
}: Pick<DeskOptions, 'skids' | 'book' | 'clock'>): readonly InstrumentView[] {
  const now = clock.utc();
  return skids.flatMap(({ name, type }) =>
    (type.calibration ?? []).map((each) =>
      instrumentView(name, each, book.calibrationsOf(name, each.name, deviceOfInstrument(type, each.name)), now),
    ),
  );
}

export function createDesk(options: DeskOptions): EquipmentDesk {
  const { skids, book, clock, rules, trainings, inTurn } = options;
  const named = (skid: SkidName): Skid | undefined => skids.find(({ name }) => name === skid);
  const noSkid = (skid: SkidName): EquipmentAnswer =>
    refused(`There is no skid ${skid}. The site has: ${skids.map(({ name }) => name).join(', ')}.`);

  return {
    instruments: () => Promise.resolve(instrumentsOf(options)),
    calibrations: (skid, instrument) =>
      Promise.resolve([...book.calibrations(skid, instrument)].sort((a, b) => b.at - a.at)),
    identities: () => options.identities(),
    cleaning: () => {
      const now = clock.utc();
      return Promise.resolve(skids.map(({ name }) => cleaningView(name, book.cleaning(name), rules, now)));
    },
    trainings: () => Promise.resolve(trainings),
    trained: () => Promise.resolve(book.training.views(trainings, clock.utc())),

    recordCalibration: (request) =>
      inTurn(async () => {
        const { skid: name, instrument, at, certificate, tolerance, asFound, asLeft, reason } = request;
        const skid = named(name);
        if (skid === undefined) return noSkid(name);
        const form = skid.type.calibration?.find((each) => each.name === instrument);
        if (form === undefined)
          return refused(
            `${instrument} of ${name} is not calibrated by its skid file. Name one of: ${(skid.type.calibration ?? []).map((each) => each.name).join(', ')}.`,
          );
        if (at > clock.utc()) return refused(`${isoUtc(at)} has not come yet.`);
        if (certificate.trim() === '' || certificate.length > longestCertificate)
          return refused(`Name the certificate, in up to ${longestCertificate} characters.`);
        const texts = [tolerance, ...[...asFound, ...asLeft].flatMap(({ reference, reading }) => [reference, reading])];
        const wrong = texts.find((text) => !isDecimal(text));
        if (wrong !== undefined) return refused(`"${wrong}" is no decimal number, such as 4.01.`);
        if (tolerance.startsWith('-') || Number(tolerance) === 0)
          return refused(`A tolerance of ${tolerance} is none.`);
        if (asFound.length === 0 || asLeft.length === 0 || asFound.length > mostPoints || asLeft.length > mostPoints)
          return refused(`Give 1 to ${mostPoints} points as found, and as left.`);
        const due = dueOf(form, at, request.due);
        if (due <= at) return refused(`It is due on ${day(due)}, before it was done.`);
        const content: RecordValue = {
          skid: name,
          instrument,
          at: String(at),
          due: String(due),
          certificate,
          tolerance,
          asFound: asFound.map(({ reference, reading }) => ({ reference, reading })),
          asLeft: asLeft.map(({ reference, reading }) => ({ reference, reading })),
        };
        const found = { asFoundWithin: isWithin(asFound, tolerance), asLeftWithin: isWithin(asLeft, tolerance) };
        const touched = (): readonly string[] =>
          found.asFoundWithin
            ? []
            : batchesTouched({ at, ...found }, book.calibrations(name, instrument), book.uses(name));
        let failed: readonly string[] = [];
        const answer = await enterSigned(
          options,
          {
            ...asked(request),
            permission: 'record calibration',
            performed: ['maintenance', 'process engineer'],
            checked: ['process engineer', 'checker', 'QA reviewer'],
            scope: skidScope(name),
            object: instrument,
            subject: `calibration of ${name}/${instrument} on ${day(at)}, certificate ${certificate}`,
            content,
          },
          ({ actor, by, checkedBy, done }) => {
            failed = touched();
            const head = { skid: name, instrument, at, due, certificate, unit: form.unit, tolerance, asFound, asLeft };
            const results = { ...found, batches: failed, by, checkedBy: checkedBy ?? '' };
            return calibrationRecord({ ...head, ...results }, actor, reason, done);
          },
        );
        if (answer.done && failed.length > 0) options.failed({ skid: name, instrument, batches: failed });
        return answer;
      }),

    acceptInstrument: (request) =>
      inTurn(async () => {
        const { skid: name, device, said, reason } = request;
        if (named(name) === undefined) return noSkid(name);
        const known = (await options.identities()).find((one) => one.skid === name && one.device === device);
        if (known === undefined) return refused(`${device} of ${name} has never said who it is.`);
        const isDone = book.digestOf(request.commandId) !== null;
        if (!isDone && known.said === null) return refused(`${device} of ${name} does not say now who it is.`);
        if (!isDone && known.said !== null && !isSame(known.said, said))
          return refused(`${device} of ${name} says ${identityText(known.said)}. Look again, then sign.`);
        const content = { serial: said.serial, firmware: said.firmware };
        return enterSigned(
          options,
          {
            ...asked(request),
            permission: 'record calibration',
            performed: ['maintenance', 'process engineer'],
            checked: ['process engineer', 'checker', 'QA reviewer'],
            scope: skidScope(name),
            object: device,
            subject: `${name}/${device} is the instrument with ${identityText(said)}`,
            content: { skid: name, device, ...content },
          },
          ({ actor, by, checkedBy, done }) => {
            const about = { said, before: known.recorded, by, checkedBy: checkedBy ?? '', at: clock.utc() };
            return acceptedRecord(name, device, about, { actor, reason, done });
          },
        );
      }),

    stateCleaning: (request) =>
      inTurn(async () => {
        const { skid: name, state, reason } = request;
        if (named(name) === undefined) return noSkid(name);
        const now = book.cleaning(name);
        const isDone = book.digestOf(request.commandId) !== null;
        if (!isDone && state === 'clean') {
          if (now.batch !== null) return refused(`${now.batch} is on ${name}. Wait until it has ended.`);
          if (now.acid !== null) return refused(`There is acid in ${name}. Flush it out and state that first.`);
          if (now.fouled !== null)
            return refused(`${name} is fouled: ${now.fouled.found} Flush it and state that first.`);
        }
        if (!isDone && state === 'not fouled' && now.fouled === null)
          return refused(`${name} is not fouled by the record.`);
        if (!isDone && state === 'acid out' && now.acid === null)
          return refused(`There is no acid in ${name} by the record.`);
        return enterSigned(
          options,
          {
            ...asked(request),
            permission: 'state cleaning',
            performed: ['operator', 'process engineer'],
            // Whoever finds it unclean is believed alone.
            checked: state === 'to be cleaned' ? null : ['checker', 'process engineer', 'QA reviewer'],
            scope: skidScope(name),
            object: name,
            subject: `${name} is ${state}`,
            content: { skid: name, state, reason },
          },
          ({ actor, by, checkedBy, done }) => {
            const found = `${reason} (${by}${checkedBy === null ? '' : `, checked by ${checkedBy}`})`;
            const event = { kind: statements[state], at: clock.utc(), found };
            return cleaningRecord(name, event, { actor, reason, data: { ...done, by, checkedBy } });
          },
        );
      }),

    recordTraining: (request) =>
      inTurn(async () => {
        const { personId, training, given, reason, actor } = request;
        const form = trainings.find(({ name }) => name === training);
        if (form === undefined)
          return refused(`There is no training "${training}". Use ${trainings.map(({ name }) => name).join(', ')}.`);
        if (given > clock.utc()) return refused(`${isoUtc(given)} has not come yet.`);
        if (actor.kind === 'person' && actor.id === personId)
          return refused('Nobody records their own training. Ask another of QA.');
        const person = (await options.people()).find(({ id }) => id === personId);
        if (person === undefined) return refused(`There is no person ${personId}.`);
        return enterSigned(
          options,
          {
            ...asked(request),
            permission: 'record training',
            performed: ['QA reviewer', 'QA releaser'],
            checked: null,
            scope: trainingScope,
            object: personId,
            subject: `training of ${person.printedName}: ${form.title}, ${day(given)}`,
            content: { personId, training, given: String(given) },
          },
          ({ actor: by, by: name, done }) =>
            trainingRecord(
              {
                personId,
                printedName: person.printedName,
                training,
                given,
                validUntil: validUntil(form, given),
                by: name,
              },
              by,
              reason,
              done,
            ),
        );
      }),
  };
}

type Asked = Pick<Parameters<EquipmentDesk['recordTraining']>[0], 'commandId' | 'actor' | 'reason' | 'signers'>;

const asked = ({ commandId, actor, reason, signers }: Asked): Asked => ({
  commandId,
  actor,
  reason,
  signers,
});
