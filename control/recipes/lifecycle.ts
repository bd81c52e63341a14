/**
 * The life of a version: which move leads where, which role signs it, and who may not. The one table that the desk, the fold
 * of the record and the pages' buttons go by.
 */
import type { Role } from '../../plant/people.ts';
import type { RecipeMove } from '../../plant/recipe-view.ts';
import type { RecipeStatus } from '../../plant/recipe/recipe.ts';

/** Where a version stands, and whoever brought it there. All of them are ids of people. */
export type Standing = Readonly<{
  status: RecipeStatus;
  importer: string;
  /** Whoever imported this text, or one that says the same: they wrote it, as far as the record knows. */
  authors: readonly string[];
  /** Since it was submitted last; null while nobody has reviewed it. */
  reviewer: string | null;
  approver: string | null;
}>;

type Step = Readonly<{
  move: RecipeMove;
  from: readonly RecipeStatus[];
  /** Null: wherever it may lead. */
  isReviewed: boolean | null;
  to: RecipeStatus;
  role: Role;
}>;

const steps: readonly Step[] = [
  { move: 'submit', from: ['draft'], isReviewed: null, to: 'review', role: 'process engineer' },
  { move: 'review', from: ['review'], isReviewed: false, to: 'review', role: 'process engineer' },
  { move: 'approve', from: ['review'], isReviewed: true, to: 'approved', role: 'QA releaser' },
  { move: 'make effective', from: ['approved'], isReviewed: null, to: 'effective', role: 'QA releaser' },
  { move: 'return', from: ['review'], isReviewed: false, to: 'draft', role: 'process engineer' },
  { move: 'return', from: ['review'], isReviewed: true, to: 'draft', role: 'QA releaser' },
  { move: 'return', from: ['approved'], isReviewed: null, to: 'draft', role: 'QA releaser' },
  { move: 'retire', from: ['draft', 'review'], isReviewed: null, to: 'retired', role: 'process engineer' },
  { move: 'retire', from: ['approved', 'effective'], isReviewed: null, to: 'retired', role: 'QA releaser' },
];

/** What the signature of a move means, as it stands beside the printed name. */
export const meanings: Readonly<Record<RecipeMove, string>> = {
  submit: 'submitted for review',
  return: 'returned',
  review: 'reviewed',
  approve: 'approved',
  'make effective': 'released',
  retire: 'retired',
};

/** What is signed, in words. */
export const subjectOf = (move: RecipeMove, name: string, version: number): string =>
  ({
    submit: `submission of ${name} v${version}`,
    return: `return of ${name} v${version} to its author`,
    review: `review of ${name} v${version}`,
    approve: `approval of ${name} v${version}`,
    'make effective': `${name} v${version} made effective`,
    retire: `retirement of ${name} v${version}`,
  })[move];

/** Moves that cannot be understood later without a reason. */
export const asksReason = (move: RecipeMove): boolean => move === 'return' || move === 'retire';

/** Moves that say the recipe may be run one day: its text is held against the site's skids anew. */
export const asksFit = (move: RecipeMove): boolean => move !== 'return' && move !== 'retire';

const stepOf = ({ status, reviewer }: Standing, move: RecipeMove): Step | null =>
  steps.find(
    (step) =>
      step.move === move &&
      step.from.includes(status) &&
      (step.isReviewed === null || step.isReviewed === (reviewer !== null)),
  ) ?? null;

/** Who signs the move from here; where it cannot be made, who would sign it. */
export const roleOf = (standing: Standing, move: RecipeMove): Role =>
  (stepOf(standing, move) ?? steps.find((step) => step.move === move))?.role ?? 'QA releaser';

const needed: Readonly<Record<RecipeMove, string>> = {
  submit: 'Only a draft is submitted; import another version.',
  review: 'Only a version that was submitted and not yet reviewed is reviewed.',
  approve: 'Only a version that a process engineer has reviewed is approved; no step is left out.',
  'make effective': 'Only an approved version becomes effective; no step is left out.',
  return: 'Only a version in review or approved is returned.',
  retire: 'It is retired already.',
};

/** How a status reads in a sentence. */
export const standsAs = ({ status, reviewer }: Standing): string =>
  status === 'review' ? (reviewer === null ? 'in review' : 'reviewed') : status === 'draft' ? 'a draft' : status;

/** Why the move cannot be made from where the version stands, whoever asks; null where it can. */
export const outOfTurn = (standing: Standing, move: RecipeMove): string | null =>
  stepOf(standing, move) === null ? `It is ${standsAs(standing)}. ${needed[move]}` : null;

export type Barred = Readonly<{ people: readonly string[]; rule: string }>;

/** Who may not sign the move whatever their roles: three different people stand behind an effective version. */
export function barredFrom({ authors, reviewer }: Standing, move: RecipeMove): Barred | null {
  switch (move) {
    case 'review':
      return {
        people: authors,
        rule: 'Whoever imported a text counts as its author and does not review it: another process engineer does.',
      };
    case 'approve':
      return {
        people: reviewer === null ? authors : [...authors, reviewer],
        rule: 'Neither an author nor the reviewer of a version approves it: another QA releaser does.',
      };
    case 'make effective':
      return { people: authors, rule: 'An author of a version does not make it effective: another QA releaser does.' };
    default:
      return null;
  }
}

/** @returns null where the move cannot be made from here by this person */
export function moved(standing: Standing, move: RecipeMove, signer: string): Standing | null {
  const step = stepOf(standing, move);
  if (step === null || barredFrom(standing, move)?.people.includes(signer) === true) return null;
  if (move === 'submit' && signer !== standing.importer) return null;
  const { to: status } = step;
  switch (move) {
    case 'submit':
    case 'return':
      return { ...standing, status, reviewer: null, approver: null };
    case 'review':
      return { ...standing, status, reviewer: signer };
    case 'approve':
      return { ...standing, status, approver: signer };
    default:
      return { ...standing, status };
  }
}

/** An effective version makes room for its successor; the successor's signature is the one that counts. */
export const succeeded = (standing: Standing): Standing | null =>
  standing.status === 'effective' ? { ...standing, status: 'retired' } : null;
