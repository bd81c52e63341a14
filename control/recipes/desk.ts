/** What people do with recipes: look, check, import, move. Everything is in the record first, refusals too. */
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { Actor } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { RecipeAnswer, RecipeDesk } from '../../plant/ports/recipe-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { RecipeFinding, RecipeHeadView } from '../../plant/recipe-view.ts';
import { recipeDifferences } from '../../plant/recipe/diff.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import { admit } from './admission.ts';
import { commandKey, importWhat, moveWhat, type Shelf } from './book.ts';
import type { Checker } from './checker.ts';
import { digestOf, importedEvent, labelOf, refusedEvent, scopeOf } from './events.ts';
import { InTurn } from './in-turn.ts';
import type { Library } from './library.ts';
import { eventsOf, refusalBefore, sign, type MoveAsked } from './moving.ts';
import type { Shipped } from './shipped.ts';
import { shippedView, versionView } from './view.ts';
import type { Version } from './version.ts';

export type DeskOptions = Readonly<{
  library: Library;
  desk: RecordDesk;
  authority: Authority;
  check: Checker;
  shipped: () => Shipped;
  /** @throws where the room does not run */
  open: () => void;
  /** Into the record when it can be; nobody waits for it. */
  post: (event: RecordEvent) => void;
}>;

type ImportAsked = Parameters<RecipeDesk['import']>[0];
type Refused = Extract<RecipeAnswer, { done: false }>;

const longestReason = 1000;
/** Of a text that is wrong all over, more would not be read; what is said of it quotes it, and is bounded too. */
const mostFindings = 500;
const longestRecorded = 2000;

export function createDesk(options: DeskOptions): RecipeDesk {
  const { library, desk, authority, check, shipped, open, post } = options;
  const turns = new InTurn();

  const view = (version: Version, shelf: Shelf | null, actor: Actor | null) =>
    versionView(version, library.findingsOf(version), shelf?.doubt ?? null, actor);

  /** As it stands now, also for whoever asks the same again. */
  const done = (name: string, number: number, actor: Actor | null): RecipeAnswer => {
    const version = library.book.version(name, number);
    if (version === null) throw new RangeError(`${labelOf(name, number)} was recorded and is not there`);
    return { done: true, version: view(version, library.book.shelf(name), actor) };
  };

  const before = (key: string, what: string, actor: Actor | null): RecipeAnswer | null => {
    const known = library.book.done(key);
    if (known === null) return null;
    if (known.what === what) return done(known.name, known.version, actor);
    return {
      done: false,
      reason: `The same command has asked something else of ${labelOf(known.name, known.version)} before. Give each its own.`,
    };
  };

  /** What may have been written and not read back comes first. */
  const settled = async (): Promise<string | null> => {
    try {
      await library.settle();
      return null;
    } catch (thrown) {
      return `The record cannot be read now, so nothing is decided: ${messageOf(thrown)}`;
    }
  };

  /** Texts are checked before it is anybody's turn, so that whoever signs waits for no text. */
  async function bring(asked: ImportAsked, reason: string): Promise<RecipeAnswer> {
    const { text, actor } = asked;
    const decision = authority.decide(actor, 'import recipe');
    if (!decision.allowed) return { done: false, reason: decision.reason };
    if (actor.kind !== 'person') return { done: false, reason: 'A person imports a recipe.' };
    if (reason === '' || reason.length > longestReason)
      return { done: false, reason: `Say why it is imported, in 1 to ${longestReason} characters.` };
    const key = commandKey(actor.userName, asked.commandId);
    const what = importWhat(digestOf(text), asked.basedOn, reason);
    const again = before(key, what, actor);
    if (again !== null) return again;
    const { recipe, findings } = await check(text, 'recipe');
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (recipe === null || errors.length > 0)
      return { done: false, reason: faultsSaid(errors), findings: findings.slice(0, mostFindings) };
    await library.prepare(recipe.name);
    return turns.take(async () => {
      const unsettled = await settled();
      if (unsettled !== null) return { done: false, reason: unsettled };
      return before(key, what, actor) ?? (await admitted({ ...asked, reason }, recipe, findings, actor));
    });
  }

  async function admitted(
    { text, basedOn, reason, commandId }: ImportAsked,
    recipe: MasterRecipe,
    findings: readonly RecipeFinding[],
    actor: Extract<Actor, { kind: 'person' }>,
  ): Promise<RecipeAnswer> {
    const admission = admit(library.book.shelves(), recipe, basedOn, actor.id, (version) => library.readingOf(version));
    if ('refused' in admission) return { done: false, reason: admission.refused };
    const { name, title } = recipe;
    const { version, authors } = admission;
    const based = { basedOn: admission.basedOn, basedOnDigest: basedOn };
    const event = importedEvent({ name, version, title, text, ...based, authors, reason, findings, commandId }, actor);
    const isThere = (): boolean => library.book.version(name, version)?.digest === digestOf(text);
    const written = await library.write([event], isThere);
    if (!written.done) return written;
    const label = labelOf(name, version);
    library.hold(label, { recipe: { ...recipe, source: label }, findings });
    return done(name, version, actor);
  }

  async function move(asked: MoveAsked, actor: Actor | null): Promise<RecipeAnswer> {
    const { name, version: number, signer, commandId, digest, reason } = asked;
    const unsettled = await settled();
    if (unsettled !== null) return { done: false, reason: unsettled };
    if (reason.length > longestReason)
      return { done: false, reason: `The reason has ${reason.length} characters. Use ${longestReason} at most.` };
    const what = moveWhat(name, number, asked.move, digest, reason);
    const again = before(commandKey(signer.userName, commandId), what, actor);
    if (again !== null) return again;
    const shelf = library.book.shelf(name);
    const version = library.book.version(name, number);
    if (shelf === null || version === null)
      return {
        done: false,
        reason: `There is no ${labelOf(name, number)} in the store. ${shipped().recipes.has(name) ? 'Import it first.' : 'See the list of recipes.'}`,
      };
    const refusal = refusalBefore(shelf, version, asked, library.findingsOf(version));
    if (refusal !== null) return { done: false, reason: refusal };
    library.suspect(scopeOf(name, number));
    const signature = await sign(desk, version, asked);
    if ('refused' in signature) return { done: false, reason: signature.refused };
    const unread = await settled();
    if (unread !== null) return { done: false, reason: `It is signed, but not done. ${unread} Sign again later.` };
    const signed = library.book.version(name, number) ?? version;
    const events = eventsOf(shelf, signed, signature, asked);
    if (typeof events === 'string') return { done: false, reason: events };
    const key = commandKey(signer.userName, commandId);
    const written = await library.write(events, () => library.book.done(key)?.what === what);
    return written.done
      ? done(name, number, actor)
      : { ...written, reason: `It is signed, but not done. ${written.reason}` };
  }

  /** Whatever is refused stands in the record under the name of whoever asked. */
  const recorded = (
    answer: RecipeAnswer,
    object: string,
    what: string,
    actor: Actor | null,
    more: Record<string, string>,
  ): RecipeAnswer => {
    if (!answer.done) post(refusedEvent(object, what, answer.reason.slice(0, longestRecorded), actor ?? nobody, more));
    return answer;
  };

  return {
    recipes(actor) {
      open();
      const stored = library.book.shelves().flatMap((shelf) => headOf(shelf, actor));
      const known = new Set(stored.map(({ name }) => name));
      const others = [...shipped().recipes.values()].filter(({ recipe }) => !known.has(recipe.name)).map(shippedHead);
      return Promise.resolve([...stored, ...others].sort((one, other) => (one.name < other.name ? -1 : 1)));
    },

    versions(name, actor) {
      open();
      const shelf = library.book.shelf(name);
      if (shelf !== null)
        return Promise.resolve(shelf.versions.toReversed().map((version) => view(version, shelf, actor)));
      const own = shipped().recipes.get(name);
      return Promise.resolve(own === undefined ? [] : [shippedView(own)]);
    },

    text(name, version) {
      open();
      if (version === 0) return Promise.resolve(shipped().recipes.get(name)?.recipe.text ?? null);
      return Promise.resolve(library.book.version(name, version)?.text ?? null);
    },

    async differences(name, from, to) {
      open();
      await library.prepare(name);
      const [old, now] = [reading(name, from), reading(name, to)];
      return old === null || now === null ? null : recipeDifferences(old, now);
    },

    async check(text) {
      open();
      return (await check(text, 'recipe')).findings.slice(0, mostFindings);
    },

    async import(asked) {
      open();
      const reason = asked.reason.trim();
      const answer = await bring(asked, reason);
      return recorded(answer, 'import', 'import', asked.actor, {
        digest: digestOf(asked.text),
        basedOn: asked.basedOn ?? '',
      });
    },

    async move({ actor, ...asked }) {
      open();
      const given = { ...asked, reason: asked.reason.trim() };
      const answer = await turns.take(() => move(given, actor ?? null));
      const { terminal } = asked.signer;
      return recorded(answer, objectOf(asked.name, asked.version), asked.move, actor ?? null, { terminal });
    },
  };

  function reading(name: string, number: number): MasterRecipe | null {
    if (number === 0) return shipped().recipes.get(name)?.recipe ?? null;
    const version = library.book.version(name, number);
    return version === null ? null : library.readingOf(version);
  }

  function headOf(shelf: Shelf, actor: Actor): readonly RecipeHeadView[] {
    const newest = shelf.versions.at(-1);
    if (newest === undefined) return [];
    const effective = shelf.versions.find(({ standing }) => standing.status === 'effective') ?? null;
    return [
      {
        name: shelf.name,
        title: (effective ?? newest).title,
        effective: shelf.doubt === null ? (effective?.version ?? null) : null,
        newest: view(newest, shelf, actor),
        versions: shelf.versions.length,
      },
    ];
  }
}

const nobody: Actor = { kind: 'service', part: 'recipes' };

/** A name that is none may be of any length. */
const objectOf = (name: string, version: number): string => labelOf(name.slice(0, 100), version);

const shippedHead = (own: Parameters<typeof shippedView>[0]): RecipeHeadView => ({
  name: own.recipe.name,
  title: own.recipe.title,
  effective: null,
  newest: shippedView(own),
  versions: 0,
});

const faultsSaid = ([first, ...more]: readonly RecipeFinding[]): Refused['reason'] => {
  if (first === undefined) return 'The text is no recipe.';
  const said = `${first.where}: ${first.problem} ${first.remedy}`;
  return more.length === 0
    ? `The text has a fault. ${said}`
    : `The text has ${more.length + 1} faults, the first: ${said}`;
};

/** @throws MesolineError `recipes-not-ready` */
export const notReady = (detail: string): Error =>
  mesolineError('recipes-not-ready', 'recipes', detail, 'Wait until the service has started.');
