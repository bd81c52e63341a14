/** The data files of this room: hold times of cleaning, and which acts ask which training. Read and checked once. */
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import type { TrainingForm } from '../../plant/equipment-view.ts';
import { milliseconds, type Milliseconds } from '../../plant/clock.ts';
import { permissions } from '../../plant/ports/access.ts';
import { readForm } from '../../plant/skid/form.ts';
import { checkName } from '../../plant/skid/names.ts';
import { Source, type Path } from '../../plant/skid/source.ts';
import { didYouMean } from '../../plant/suggest.ts';

export type CleaningRules = Readonly<{
  cleanFor: Milliseconds;
  /** One product on one skid without a cleaning between: so long, and so many batches. */
  campaignFor: Milliseconds;
  campaignBatches: number;
}>;

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1, maxLength: 200 });
const cleaningSchema = Type.Object(
  {
    cleanFor: text,
    campaign: Type.Object({ for: text, batches: Type.Integer({ minimum: 1, maximum: 10_000 }) }, closed),
  },
  closed,
);
const trainingSchema = Type.Object(
  {
    trainings: Type.Record(
      Type.String(),
      Type.Object({ title: text, valid: text, for: Type.Array(text, { minItems: 1, uniqueItems: true }) }, closed),
    ),
  },
  closed,
);

export const shippedCleaningFile = fileURLToPath(new URL('cleaning.yaml', import.meta.url));
export const shippedTrainingFile = fileURLToPath(new URL('training.yaml', import.meta.url));
export const dayMs = 86_400_000;

/** Acts that are no permission of their own. */
const otherActs = ['check', 'dispense'] as const;
const acts: readonly string[] = [...new Set<string>([...permissions, ...otherActs])];

/** @throws MesolineError `cleaning-file-invalid` with every fault, each at `file:line` */
export function loadCleaningRules(file: string = shippedCleaningFile): CleaningRules {
  const source = new Source(file, 'cleaning-file-invalid');
  const form = readForm(source, cleaningSchema);
  const cleanDays = form === null ? null : readDays(source, ['cleanFor'], form.cleanFor);
  const campaignDays = form === null ? null : readDays(source, ['campaign', 'for'], form.campaign.for);
  source.throwFaults('cleaning-file-invalid');
  if (form === null || cleanDays === null || campaignDays === null) throw new TypeError('no fault, and no rules');
  return {
    cleanFor: milliseconds(cleanDays * dayMs),
    campaignFor: milliseconds(campaignDays * dayMs),
    campaignBatches: form.campaign.batches,
  };
}

/** @throws MesolineError `training-file-invalid` with every fault, each at `file:line` */
export function loadTrainings(file: string = shippedTrainingFile): readonly TrainingForm[] {
  const source = new Source(file, 'training-file-invalid');
  const form = readForm(source, trainingSchema);
  const read = Object.entries(form?.trainings ?? {}).map(([name, training]) => {
    const path = ['trainings', name];
    checkName(source, path, name, /^[a-z][a-z0-9-]*$/u, 'Use small letters, digits and hyphens.');
    training.for.forEach((act, i) => {
      if (!acts.includes(act))
        source.fault([...path, 'for', i], `"${act}" is no act.`, didYouMean(act, acts, `Use ${acts.join(', ')}.`));
    });
    const validDays = readDays(source, [...path, 'valid'], training.valid) ?? 0;
    return { name, title: training.title, validDays, acts: training.for };
  });
  source.throwFaults('training-file-invalid');
  return read;
}

function readDays(source: Source, path: Path, written: string): number | null {
  const days = Number(/^([1-9]\d{0,3}) d$/u.exec(written)?.[1] ?? Number.NaN);
  if (Number.isFinite(days)) return days;
  source.fault(path, `The time is "${written}".`, 'Write whole days, such as "14 d".');
  return null;
}
