/** Versions as pages see them, with what whoever asks may do with each. */
import { utcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import { recipeMoves, type RecipeFinding, type RecipeMove, type RecipeVersionView } from '../../plant/recipe-view.ts';
import { asksFit, barredFrom, outOfTurn, roleOf } from './lifecycle.ts';
import type { ShippedRecipe } from './shipped.ts';
import { labelled, type Version } from './version.ts';

/** @param findings as they are now, by this program and the skids that the site has */
export function versionView(
  version: Version,
  findings: readonly RecipeFinding[],
  doubt: string | null,
  actor: Actor | null,
): RecipeVersionView {
  const { name, title, digest, standing, importedBy, importedAt, basedOn, reason, signed } = version;
  const inDoubt: RecipeFinding = {
    severity: 'error',
    where: labelled(version),
    problem: `The record of this recipe contradicts itself: ${doubt ?? ''}`,
    remedy: 'Nothing of it runs. Verify the record.',
  };
  return {
    name,
    version: version.version,
    title,
    status: standing.status,
    digest,
    importedBy,
    importedAt,
    basedOn,
    reason,
    findings: doubt === null ? findings : [inDoubt, ...findings],
    signatures: signed.map(({ signature }) => signature),
    moves: recipeMoves.map((move) => ({
      move,
      role: roleOf(standing, move),
      refusedBy: doubt === null ? refusalOf(version, move, findings, actor) : inDoubt.problem,
    })),
  };
}

/** Why the move cannot be made now, whoever asks: where the version stands, what is wrong with its text. */
export function standingRefusal(version: Version, move: RecipeMove, findings: readonly RecipeFinding[]): string | null {
  const turn = outOfTurn(version.standing, move);
  if (turn !== null) return turn;
  const [first] = findings;
  if (!asksFit(move) || first === undefined) return null;
  const more = findings.length === 1 ? 'A finding stands' : `${findings.length} findings stand`;
  return `${more} against it, the first: ${first.where}: ${first.problem} ${first.remedy}`;
}

function refusalOf(
  version: Version,
  move: RecipeMove,
  findings: readonly RecipeFinding[],
  actor: Actor | null,
): string | null {
  const turn = standingRefusal(version, move, findings);
  if (turn !== null || actor === null) return turn;
  if (actor.kind !== 'person') return 'A person signs it.';
  const { standing } = version;
  const role = roleOf(standing, move);
  if (!actor.roles.includes(role)) return `It is signed by somebody with the role ${role}.`;
  if (move === 'submit' && actor.id !== standing.importer) return onlyImporter(version);
  const barred = barredFrom(standing, move);
  return barred?.people.includes(actor.id) === true ? barred.rule : null;
}

export const onlyImporter = ({ importedBy }: Version): string =>
  `Only ${importedBy}, who imported it, submits it: that signature is the author's. Import the text yourself to answer for it.`;

/** A recipe that came with the program and is in no store. */
export const shippedView = ({ recipe, findings }: ShippedRecipe): RecipeVersionView => ({
  name: recipe.name,
  version: 0,
  title: recipe.title,
  status: 'draft',
  digest: recipe.digest,
  importedBy: 'nobody: it came with the program',
  importedAt: utcMs(0),
  basedOn: null,
  reason: '',
  findings,
  signatures: [],
  moves: recipeMoves.map((move) => ({
    move,
    role: 'process engineer',
    refusedBy: 'It is not imported. A process engineer imports it first.',
  })),
});
