/** Genealogy: what became of something, what it was made of, and what is called so. */
import type { FastifyInstance } from 'fastify';
import {
  genealogyFindQuery,
  genealogyQuery,
  type GenealogyAnswer,
  type GenealogyFindAnswer,
} from '../../api/genealogy-requests.ts';
import { checkedQuery } from '../checked-input.ts';
import { notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';

const traceOf = checkedQuery(genealogyQuery);
const findOf = checkedQuery(genealogyFindQuery);

export function genealogyRoutes(api: FastifyInstance, { genealogy }: Pick<PagesOptions, 'genealogy'>): void {
  api.get('/genealogy', async ({ query }): Promise<GenealogyAnswer> => {
    const { kind, id, direction, from = 0 } = traceOf(query);
    const found = await genealogy.trace({ kind, id, direction, from });
    if (found === null) throw notFound(kind, id, 'See lots, batches and labels for what there is.');
    return { genealogy: found };
  });
  api.get('/genealogy/find', async ({ query }): Promise<GenealogyFindAnswer> => {
    return { found: await genealogy.find(findOf(query).text) };
  });
}
