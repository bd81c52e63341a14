/** Who is trained for what, and until when. Pure. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { TrainingForm, TrainingRecord, TrainingView } from '../../plant/equipment-view.ts';
import { day } from './calibration.ts';
import { dayMs } from './rules.ts';

export const validUntil = ({ validDays }: TrainingForm, given: UtcMs): UtcMs => utcMs(given + validDays * dayMs);

/** The newest of each person and training. */
export class TrainingBook {
  readonly #newest = new Map<string, TrainingRecord>();

  remember(record: TrainingRecord): void {
    const key = keyOf(record.personId, record.training);
    const known = this.#newest.get(key);
    if (known === undefined || record.given >= known.given) this.#newest.set(key, record);
  }

  of(personId: string, training: string): TrainingRecord | null {
    return this.#newest.get(keyOf(personId, training)) ?? null;
  }

  views(forms: readonly TrainingForm[], now: UtcMs): readonly TrainingView[] {
    return [...this.#newest.values()].map((record) => {
      const form = forms.find(({ name }) => name === record.training);
      return { ...record, title: form?.title ?? record.training, state: isValid(record, now) ? 'valid' : 'lapsed' };
    });
  }
}

const keyOf = (personId: string, training: string): string => JSON.stringify([personId, training]);

const isValid = ({ validUntil: until }: TrainingRecord, now: UtcMs): boolean => now < until;

export type TrainingFinding = Readonly<{
  training: TrainingForm;
  record: TrainingRecord | null;
  ok: boolean;
  found: string;
}>;

/** Every training that an act asks, and whether the person has it. */
export const trainingsFor = (
  book: TrainingBook,
  forms: readonly TrainingForm[],
  personId: string,
  acts: readonly string[],
  now: UtcMs,
): readonly TrainingFinding[] =>
  forms
    .filter((form) => form.acts.some((act) => acts.includes(act)))
    .map((training) => {
      const record = book.of(personId, training.name);
      const ok = record !== null && isValid(record, now);
      const found =
        record === null
          ? `never had "${training.title}"`
          : `had "${training.title}" on ${day(record.given)}, valid until ${day(record.validUntil)}`;
      return { training, record, ok, found };
    });
