/** What lots and weighings have to say before a batch starts. Everything that is wrong is named with its lot and what to do. */
import type { Clock } from '../../plant/clock.ts';
import type { Lot, Weighing } from '../../plant/material-view.ts';
import type { GateCheck, StartGate, StartQuestion } from '../../plant/ports/start-gate.ts';
import type { RecipeMaterial } from '../../plant/recipe/recipe.ts';
import { recordNumber } from '../../plant/record-event.ts';
import { unfit, type MaterialBook } from './book.ts';
import { convert, serves, type Substance } from './substances.ts';

export type GateOptions = Readonly<{
  clock: Clock;
  substances: readonly Substance[];
  book: () => MaterialBook;
  /** How far below the recipe's amount a weighing may stay, as a share of it. */
  tolerance: number;
}>;

type Taken = Readonly<{ weighing: Weighing; lot: Lot; amount: number | null }>;

export function createStartGate(options: GateOptions): StartGate {
  const takenFor = ({ batch }: StartQuestion, { name, unit }: RecipeMaterial): readonly Taken[] => {
    const { lots, weighings } = options.book();
    return weighings.flatMap((weighing) => {
      const lot = lots.get(weighing.lot);
      if (lot === undefined || weighing.batch !== batch || weighing.material !== name) return [];
      const substance = options.substances.find((each) => each.name === lot.material);
      const fits = substance !== undefined && serves(substance, name);
      return [
        { weighing, lot, amount: fits ? convert(Number(weighing.amount), lot.unit, unit, substance.gPerMol) : null },
      ];
    });
  };

  const checksOf = (question: StartQuestion, material: RecipeMaterial): readonly GateCheck[] => {
    const taken = takenFor(question, material);
    const now = options.clock.utc();
    const blocked = (gate: string, object: string, found: string, remedy: string): GateCheck => ({
      gate,
      object,
      verdict: 'blocked',
      found,
      remedy,
    });
    const wrong = taken.flatMap(({ weighing, lot, amount }) => {
      // Used up by this weighing is no fault of it.
      const fault = unfit(lot, now);
      const again = `Weigh ${material.name} anew from a released lot of it.`;
      return [
        ...(fault === null ? [] : [blocked('lot', lot.id, fault.found, fault.remedy)]),
        ...(amount === null
          ? [
              blocked(
                'lot',
                lot.id,
                `${lot.material} in ${lot.unit} does not count as ${material.name} in ${material.unit}.`,
                again,
              ),
            ]
          : []),
        ...(material.checked && weighing.checkedBy === null
          ? [
              blocked(
                'weighing',
                weighing.container,
                `Nobody has checked the ${weighing.amount} ${lot.unit} of lot ${lot.id}.`,
                again,
              ),
            ]
          : []),
      ];
    });
    const sum = taken.reduce((total, { amount }) => total + (amount ?? 0), 0);
    const lots = [...new Set(taken.map(({ lot }) => lot.id))].join(', ');
    const found = `${Number(sum.toPrecision(6))} of ${material.amount} ${material.unit} ${material.name} is dispensed${lots === '' ? '' : ` (lots ${lots})`}.`;
    const enough = sum >= material.amount * (1 - options.tolerance);
    const verdict = enough ? 'ok' : question.purpose === 'rehearsal' ? 'not watched' : 'blocked';
    const remedy = enough ? '' : `Dispense what is missing for ${question.batch}.`;
    return [{ gate: 'dispensing', object: material.name, verdict, found, remedy }, ...wrong];
  };

  return {
    name: 'materials',
    check: (question) => Promise.resolve(question.recipe.materials.flatMap((each) => checksOf(question, each))),
    facts: (question) =>
      Promise.resolve({
        weighings: question.recipe.materials.flatMap((material) =>
          takenFor(question, material).map(({ weighing, lot }) => ({
            ...weighing,
            at: recordNumber(weighing.at),
            unit: lot.unit,
            substance: lot.material,
            supplier: lot.supplier,
            supplierLot: lot.supplierLot,
            status: lot.status,
            expires: recordNumber(lot.expires),
          })),
        ),
      }),
  };
}
