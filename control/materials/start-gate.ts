/** What lots and weighings have to say before a batch starts. Everything that is wrong is named with its lot and what to do. */
import type { Clock } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Kit } from '../../plant/material-view.ts';
import type { GateCheck, StartGate, StartQuestion } from '../../plant/ports/start-gate.ts';
import type { RecipeMaterial } from '../../plant/recipe/recipe.ts';
import { recordNumber } from '../../plant/record-event.ts';
import { unfit, type MaterialBook } from './book.ts';
import { countedFor, isEnough, kitFor, sumOf, type Counted, type Weighed } from './kits.ts';
import type { Substance } from './substances.ts';

export type GateOptions = Readonly<{
  clock: Clock;
  substances: readonly Substance[];
  book: () => MaterialBook;
  /** How far below the recipe's amount a weighing may stay, as a share of it. */
  tolerance: number;
  /** Puts on record that a batch takes a dispensing. @throws MesolineError `dispensing-taken` where another was faster */
  take: (kit: string, batch: string) => Promise<void>;
}>;

export function createStartGate(options: GateOptions): StartGate {
  const { clock, substances, tolerance } = options;
  const weighed = (): Weighed => ({ book: options.book(), substances, tolerance });
  const kitOf = ({ batch, recipe }: StartQuestion): Kit | null => kitFor(weighed(), batch, recipe, clock.utc());

  const checksOf = (question: StartQuestion, kit: Kit | null, material: RecipeMaterial): readonly GateCheck[] => {
    const counted = kit === null ? [] : countedFor(weighed(), kit.id, material);
    const sum = sumOf(counted);
    const lots = [...new Set(counted.map(({ lot }) => lot.id))].join(', ');
    const amounts = `${sum} of ${material.amount} ${material.unit} ${material.name} is dispensed`;
    const found =
      kit === null
        ? `No dispensing is open for ${question.recipe.name}: ${amounts}.`
        : `${amounts}${lots === '' ? '' : ` (${kit.id}, lots ${lots})`}.`;
    const enough = isEnough(sum, material.amount, tolerance);
    const verdict = enough ? 'ok' : question.purpose === 'rehearsal' ? 'not watched' : 'blocked';
    const remedy =
      verdict !== 'blocked'
        ? ''
        : kit === null
          ? `Open a dispensing for ${question.recipe.name} on the page Materials, and weigh what it wants.`
          : `Weigh what is missing for ${kit.id}.`;
    const wrong = counted.flatMap((each) => faultsOf(each, material, clock));
    return [{ gate: 'dispensing', object: material.name, verdict, found, remedy }, ...wrong];
  };

  return {
    name: 'materials',
    check: (question) => {
      const kit = kitOf(question);
      return Promise.resolve(question.recipe.materials.flatMap((each) => checksOf(question, kit, each)));
    },
    async facts(question) {
      const { batch, recipe, purpose } = question;
      // A rehearsal uses nothing that was weighed.
      if (purpose === 'rehearsal' || recipe.materials.length === 0) return { dispensing: null, weighings: [] };
      const kit = kitOf(question);
      if (kit === null)
        throw mesolineError(
          'dispensing-taken',
          batch,
          `No dispensing for ${recipe.name} is open any more.`,
          'Dispense for this batch.',
        );
      if (kit.batch !== batch) await options.take(kit.id, batch);
      const counted = recipe.materials.flatMap((each) => countedFor(weighed(), kit.id, each));
      const { struck } = options.book();
      return {
        dispensing: kit.id,
        struck: struck
          .filter((each) => each.kit === kit.id)
          .map(({ strike, ...weighing }) => ({
            ...weighing,
            number: recordNumber(weighing.number),
            at: recordNumber(weighing.at),
            strike: { ...strike, at: recordNumber(strike.at) },
          })),
        weighings: counted.map(({ weighing, lot }) => ({
          ...weighing,
          number: recordNumber(weighing.number),
          at: recordNumber(weighing.at),
          unit: lot.unit,
          substance: lot.material,
          supplier: lot.supplier,
          supplierLot: lot.supplierLot,
          status: lot.status,
          expires: recordNumber(lot.expires),
        })),
      };
    },
  };
}

function faultsOf({ weighing, lot, amount }: Counted, material: RecipeMaterial, clock: Clock): readonly GateCheck[] {
  const blocked = (gate: string, object: string, found: string, remedy: string): GateCheck => ({
    gate,
    object,
    verdict: 'blocked',
    found,
    remedy,
  });
  const anew = `Strike weighing ${weighing.number} out of ${weighing.kit}, and weigh ${material.name} anew from a released lot of it.`;
  const fault = unfit(lot, clock.utc());
  return [
    ...(fault === null ? [] : [blocked('lot', lot.id, fault.found, lot.status === 'quarantine' ? fault.remedy : anew)]),
    ...(amount === null
      ? [
          blocked(
            'lot',
            lot.id,
            `${lot.material} in ${lot.unit} does not count as ${material.name} in ${material.unit}.`,
            anew,
          ),
        ]
      : []),
    ...(material.checked && weighing.checkedBy === null
      ? [
          blocked(
            'weighing',
            weighing.container,
            `Nobody has checked the ${weighing.amount} ${lot.unit} of lot ${lot.id}.`,
            anew,
          ),
        ]
      : []),
  ];
}
