/** Recipes of the store in words: what a page shows of versions, findings, differences and moves. Pure. */
import type {
  RecipeDifference,
  RecipeFinding,
  RecipeHeadView,
  RecipeMove,
  RecipeVersionView,
} from '../../../../plant/recipe-view.ts';
import type { RecipeStatus } from '../../../../plant/recipe/recipe.ts';

/** What a file may weigh: the store takes no more. */
export const mostBytes = 256 * 1024;

/** A recipe that came with the program, and that nobody has imported yet. */
export const isShipped = ({ version }: Pick<RecipeVersionView, 'version'>): boolean => version === 0;

export const versionText = (version: Pick<RecipeVersionView, 'version' | 'status'>): string =>
  isShipped(version) ? 'as shipped, not imported' : `v${version.version}, ${version.status}`;

/** Critical ones first, then by area as a recipe reads; within that as they were told. */
export const byWeight = (differences: readonly RecipeDifference[]): readonly RecipeDifference[] =>
  [...differences].sort(
    (one, other) =>
      Number(other.critical) - Number(one.critical) || areas.indexOf(one.area) - areas.indexOf(other.area),
  );
const areas: readonly RecipeDifference['area'][] = ['header', 'formula', 'materials', 'procedure', 'signatures'];

/** Errors first, then by line. */
export const byPlace = (findings: readonly RecipeFinding[]): readonly RecipeFinding[] =>
  [...findings].sort(
    (one, other) =>
      Number(other.severity === 'error') - Number(one.severity === 'error') ||
      (lineOf(one.where) ?? 0) - (lineOf(other.where) ?? 0),
  );

/** The line that a finding names, from 1; null where it names none. */
export function lineOf(where: string): number | null {
  const found = /:(\d{1,7})(?::\d+)?$/.exec(where)?.[1];
  return found === undefined ? null : Number(found);
}

/** From where to where a line stands in a text, as a text field selects it; null where there is no such line. */
export function lineSpan(text: string, line: number): readonly [start: number, end: number] | null {
  const lines = text.split('\n');
  const own = lines[line - 1];
  if (own === undefined || line < 1) return null;
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return [start, start + own.length];
}

/** The name that a text gives itself, or null: who imports is told from which version it should have been made. */
export function nameIn(text: string): string | null {
  const written = /^recipe:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*))/mu.exec(text);
  const name = (written?.[1] ?? written?.[2] ?? written?.[3] ?? '').trim();
  return name === '' ? null : name;
}

/** Why a choice of what it was made from cannot be right, or null; the store decides again. */
export function basedOnRefusal(
  text: string,
  basedOn: string | null,
  heads: readonly Pick<RecipeHeadView, 'name' | 'newest'>[],
): string | null {
  const name = nameIn(text);
  if (name === null) return 'The text has no line "recipe: NAME".';
  const head = heads.find((one) => one.name === name && !isShipped(one.newest));
  if (head === undefined) return basedOn === null ? null : `${name} is a new name; it is made from no version.`;
  if (basedOn === head.newest.digest) return null;
  const { version, importedBy } = head.newest;
  return basedOn === null
    ? `${name} is there already: choose the version that this was made from.`
    : `The newest version of ${name} is v${version}, imported by ${importedBy}; make yours from that.`;
}

/** What a move is called on its button, and what signing it says. */
export const moveWords: Readonly<Record<RecipeMove, Readonly<{ button: string; says: string }>>> = {
  submit: { button: 'Submit for review', says: 'It is whole, and may be reviewed as it reads.' },
  return: { button: 'Return to its author', says: 'It goes back to a draft, for the reason that you give.' },
  review: { button: 'Sign the review', says: 'You have read it, and what it asks of the process is right.' },
  approve: { button: 'Approve', says: 'It may become effective as it reads.' },
  'make effective': {
    button: 'Make effective',
    says: 'From now on product is made by it; the version that was effective retires.',
  },
  retire: { button: 'Retire', says: 'No batch runs by it any more, for the reason that you give.' },
};

/** Moves that nobody would understand later without a reason. */
export const asksReason = (move: RecipeMove): boolean => move === 'return' || move === 'retire';

const onward: Readonly<Record<RecipeStatus, readonly RecipeMove[]>> = {
  draft: ['submit'],
  review: ['review', 'approve'],
  approved: ['make effective'],
  effective: [],
  retired: [],
};

/** Moves worth a button: those that may be made, and those that lead on, which say why they may not. */
export const shownMoves = ({
  moves,
  status,
}: Pick<RecipeVersionView, 'moves' | 'status'>): RecipeVersionView['moves'] =>
  moves.filter(({ move, refusedBy }) => refusedBy === null || onward[status].includes(move));
