/** The store of recipes: heads, versions, texts, differences, import and moves. The desk decides, and records what it refuses. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RecipeAnswer } from '../../../plant/ports/recipe-desk.ts';
import type { RecipeHeadView, RecipeVersionView } from '../../../plant/recipe-view.ts';
import {
  longestRecipeBodyBytes,
  recipeCheckRequest,
  recipeDifferencesQuery,
  recipeImportRequest,
  recipeMoveRequest,
  recipeVersionParameters,
  type RecipeCheckAnswer,
  type RecipeDifferencesAnswer,
  type RecipeRefusalAnswer,
  type RecipeTextAnswer,
} from '../../api/recipe-requests.ts';
import { checkedInput, checkedQuery } from '../checked-input.ts';
import { errorAnswer, notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';

const checkOf = checkedInput(recipeCheckRequest);
const importOf = checkedInput(recipeImportRequest);
const moveOf = checkedInput(recipeMoveRequest);
const versionOf = checkedQuery(recipeVersionParameters);
const bothOf = checkedQuery(recipeDifferencesQuery);

type OfRecipe = { Params: { name: string } };

const whole = { bodyLimit: longestRecipeBodyBytes } as const;
const byDesk = { config: { permission: 'by-desk' } } as const;

export function recipeRoutes(api: FastifyInstance, { recipes }: Pick<PagesOptions, 'recipes'>): void {
  api.get('/recipes', (request): Promise<readonly RecipeHeadView[]> => recipes.recipes(personOf(request)));

  api.get<OfRecipe>('/recipes/:name/versions', async (request): Promise<readonly RecipeVersionView[]> => {
    const { name } = request.params;
    const versions = await recipes.versions(name, personOf(request));
    if (versions.length > 0) return versions;
    throw notFound('recipe', name, 'See the list of recipes.');
  });

  api.get<OfRecipe>('/recipes/:name/versions/:version/text', async ({ params }): Promise<RecipeTextAnswer> => {
    const { name, version } = versionOf(params);
    const text = await recipes.text(name, version);
    if (text !== null) return { name, version, text };
    throw notFound('recipe', `${name} v${version}`, 'See the list of its versions.');
  });

  api.get<OfRecipe>('/recipes/:name/differences', async ({ params, query }): Promise<RecipeDifferencesAnswer> => {
    const { from, to } = bothOf(query);
    const differences = await recipes.differences(params.name, from, to);
    if (differences !== null) return { differences };
    throw notFound('recipe', `${params.name} v${from} and v${to}`, 'See the list of its versions.');
  });

  api.post(
    '/recipes/check',
    { ...whole, config: { permission: 'import recipe' } },
    async ({ body }): Promise<RecipeCheckAnswer> => ({
      findings: await recipes.check(checkOf(body).text),
    }),
  );

  api.post('/recipes/import', { ...whole, ...byDesk }, async (request, reply) => {
    const answer = await recipes.import({ ...importOf(request.body), actor: personOf(request) });
    return said(reply, 'import', answer, 201);
  });

  api.post<OfRecipe>('/recipes/:name/versions/:version/moves', byDesk, async (request, reply) => {
    const { name, version } = versionOf(request.params);
    const { userName, password, ...asked } = moveOf(request.body);
    const signer = { userName, password, terminal: request.ip };
    const answer = await recipes.move({ ...asked, name, version, signer, actor: personOf(request) });
    return said(reply, `${name} v${version}`, answer, 200);
  });
}

function said(reply: FastifyReply, where: string, answer: RecipeAnswer, code: 200 | 201): FastifyReply {
  if (answer.done) return reply.code(code).send({ version: answer.version });
  const { reason, findings = [] } = answer;
  const problem = errorAnswer('refused', [
    { where, problem: reason, remedy: 'Put right what refuses it, then ask again.' },
  ]);
  const refusal: RecipeRefusalAnswer = { ...problem, message: reason, findings };
  return reply.code(409).send(refusal);
}
