/** Words about calibration, cleaning and training, and what a form of theirs still lacks. Pure. */
import type {
  CalibrationPoint,
  CleaningView,
  InstrumentIdentity,
  InstrumentView,
  SaidIdentity,
  TrainingForm,
  TrainingView,
} from '../../../../plant/equipment-view.ts';

const dayMs = 86_400_000;
/** Said ahead, so that somebody can be sent. */
const soonDays = 30;

export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** When it is due: after its interval, or earlier where its certificate says so; null where it was never calibrated. */
export const dueOf = ({ last, everyDays }: Pick<InstrumentView, 'last' | 'everyDays'>): number | null =>
  last === null ? null : Math.min(last.due, last.at + everyDays * dayMs);

/** Its state as a mark that does not stand by colour alone. */
export function instrumentText(instrument: Pick<InstrumentView, 'last' | 'everyDays' | 'state'>, now: number): string {
  const due = dueOf(instrument);
  switch (instrument.state) {
    case 'in date': {
      const days = due === null ? 0 : Math.floor((due - now) / dayMs);
      return days > soonDays ? '✓ in date' : `◷ due ${days === 0 ? 'today' : `in ${days} d`}`;
    }
    case 'overdue':
      return `✕ overdue since ${due === null ? '–' : dayText(due)}`;
    case 'out of tolerance':
      return '✕ left out of tolerance';
    case 'never calibrated':
      return '✕ never calibrated';
  }
}

const marks: Readonly<Record<CleaningView['status'], string>> = {
  clean: '✓ clean',
  'in use': '▸ in use',
  'to be cleaned': '✕ to be cleaned',
  fouled: '✕ fouled',
  'acid in': '✕ acid in',
};

export const cleaningText = ({ status, cleanUntil }: Pick<CleaningView, 'status' | 'cleanUntil'>): string =>
  cleanUntil === null ? marks[status] : `${marks[status]} until ${dayText(cleanUntil)}`;

/** What the state means for whoever wants to start there. */
export function startText({
  status,
  chemistry,
  recipe,
}: Pick<CleaningView, 'status' | 'chemistry' | 'recipe'>): string {
  switch (status) {
    case 'clean':
      return 'Any recipe of the skid may start.';
    case 'in use':
      return chemistry === null
        ? `Used by ${recipe ?? 'a batch'}.`
        : `Only ${chemistry} may start (used by ${recipe ?? 'a batch'}); another chemistry asks for a cleaning first.`;
    case 'to be cleaned':
      return 'Only a cleaning may start.';
    case 'fouled':
      return 'Only a cleaning may start: flush it.';
    case 'acid in':
      return 'Only a cleaning may start: rinse the acid out with water.';
  }
}

/** How a training of a person stands; a person without one is told so. */
export function trainingText(
  { name }: Pick<TrainingForm, 'name'>,
  personId: string,
  trained: readonly TrainingView[],
): Readonly<{ text: string; isValid: boolean }> {
  const found = trained.find((each) => each.personId === personId && each.training === name);
  if (found === undefined) return { text: '– none', isValid: false };
  const isValid = found.state === 'valid';
  return { text: `${isValid ? '✓ until' : '✕ lapsed'} ${dayText(found.validUntil)}`, isValid };
}

export type CalibrationTyped = Readonly<{
  day: string;
  due: string;
  certificate: string;
  tolerance: string;
  asFound: string;
  asLeft: string;
}>;

const decimal = /^-?\d+(\.\d+)?$/;

/** One point a line: what the reference says, then what the instrument said. Null for a line that is none. */
export function pointsOf(text: string): CalibrationPoint[] | null {
  const points: CalibrationPoint[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [reference = '', reading = '', ...more] = line.trim().split(/[\s;]+/);
    if (!decimal.test(reference) || !decimal.test(reading) || more.length > 0) return null;
    points.push({ reference, reading });
  }
  return points;
}

export function calibrationMissing(typed: CalibrationTyped): string | null {
  if (typed.day === '') return 'Give the day of the calibration.';
  if (typed.certificate.trim() === '') return 'Name the certificate.';
  if (!/^\d+(\.\d+)?$/.test(typed.tolerance)) return 'Give the tolerance as a decimal, such as 0.5.';
  for (const [which, text] of [
    ['as found', typed.asFound],
    ['as left', typed.asLeft],
  ] as const) {
    const points = pointsOf(text);
    if (points === null) return `Write the points ${which} one a line: reference, reading, such as "4.00 4.02".`;
    if (points.length === 0) return `Give the points ${which}.`;
  }
  return null;
}

/** Noon UTC of a day: the day by which it is told everywhere; today, it is now. */
export const momentOf = (day: string, now: number): number => Math.min(Date.parse(`${day}T12:00:00Z`), now);

const identityStates: Readonly<Record<InstrumentIdentity['state'], string>> = {
  'as recorded': '✓ as on record',
  another: '▲ another than on record',
  'says nothing': '▲ does not say',
  'not connected': '△ not connected',
};

export const identityText = ({ state }: InstrumentIdentity): string => identityStates[state];

/** `SPA-0815, firmware 1.18` */
export const saidText = (said: SaidIdentity | null): string =>
  said === null
    ? 'nothing now'
    : [said.serial ?? 'no serial number', said.firmware === null ? 'no firmware' : `firmware ${said.firmware}`].join(
        ', ',
      );
