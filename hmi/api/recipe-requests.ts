/** What a page may ask of the store of recipes, checked at the server's edge. */
import { Type, type Static } from 'typebox';
import type { RecipeDifference, RecipeFinding } from '../../plant/recipe-view.ts';
import type { ErrorAnswer } from './answers.ts';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 200 });
const reason = Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' });
const note = Type.String({ maxLength: 1000 });
const commandId = Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._:-]+$' });
/** Its bytes are bounded by the store, which says so in words. */
const text = Type.String();
const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const version = Type.Integer({ minimum: 0, maximum: 1_000_000 });

/** A text of the longest there may be, and what JSON puts before its quotes and line ends. */
export const longestRecipeBodyBytes = 640_000;

export const recipeCheckRequest = Type.Object({ text }, closed);
export type RecipeCheckRequest = Static<typeof recipeCheckRequest>;
export type RecipeCheckAnswer = Readonly<{ findings: readonly RecipeFinding[] }>;

/** `basedOn`: digest of the version it was made from; null where the name is new. */
export const recipeImportRequest = Type.Object(
  { commandId, text, basedOn: Type.Union([digest, Type.Null()]), reason },
  closed,
);
export type RecipeImportRequest = Static<typeof recipeImportRequest>;

/** `digest` of the version that the signer has read. A reason is asked where a version is returned or retired. */
export const recipeMoveRequest = Type.Object(
  {
    commandId,
    digest,
    move: Type.Union([
      Type.Literal('submit'),
      Type.Literal('return'),
      Type.Literal('review'),
      Type.Literal('approve'),
      Type.Literal('make effective'),
      Type.Literal('retire'),
    ]),
    reason: note,
    userName: name,
    password: Type.String({ minLength: 1, maxLength: 256 }),
  },
  closed,
);
export type RecipeMoveRequest = Static<typeof recipeMoveRequest>;

export const recipeVersionParameters = Type.Object({ name, version });
export const recipeDifferencesQuery = Type.Object({ from: version, to: version }, closed);

export type RecipeTextAnswer = Readonly<{ name: string; version: number; text: string }>;
export type RecipeDifferencesAnswer = Readonly<{ differences: readonly RecipeDifference[] }>;

/** A refused import says what is wrong with the text, finding by finding. */
export type RecipeRefusalAnswer = ErrorAnswer & Readonly<{ findings: readonly RecipeFinding[] }>;
