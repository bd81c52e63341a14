/** Work on the interlocks: bypass, force, changeover, proof tests, responses, baselines. The desks decide and record. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mesolineError } from '../../../plant/errors.ts';
import { personActor, type Person } from '../../../plant/people.ts';
import type { DeskAnswer } from '../../../plant/ports/interlock-desk.ts';
import type { TwoPeople } from '../../../plant/ports/interlock-work.ts';
import { localTag } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import {
  baselineRequest,
  bypassRequest,
  changeoverRequest,
  endBypassRequest,
  endForceRequest,
  forceRequest,
  proofTestRequest,
} from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import { errorAnswer } from '../errors.ts';
import { responsesCsv } from '../responses-csv.ts';
import type { PagesOptions } from '../options.ts';
import { personOf, sessionOf } from './guard.ts';
import { skidOf } from './skids.ts';

const bypassOf = checkedInput(bypassRequest);
const endBypassOf = checkedInput(endBypassRequest);
const forceOf = checkedInput(forceRequest);
const endForceOf = checkedInput(endForceRequest);
const changeoverOf = checkedInput(changeoverRequest);
const proofTestOf = checkedInput(proofTestRequest);
const baselineOf = checkedInput(baselineRequest);

type OfSkid = { Params: { skid: string } };
type Proof = Readonly<{ userName: string; password: string }>;

const byDesk = { config: { permission: 'by-desk' } } as const;

export function interlockRoutes(api: FastifyInstance, options: PagesOptions): void {
  const { access, baselines, interlocks, skids, work } = options;

  /** Both proven anew, one after the other, so that a wrong password counts to the lock-out of whose it was. */
  const twoPeople = async (request: FastifyRequest, first: Proof, second: Proof): Promise<TwoPeople> => {
    const { person } = sessionOf(request);
    const terminal = request.ip;
    const prove = (proof: Proof): Promise<Person> => access.authenticate({ ...proof, terminal });
    const another = (): Error =>
      notPermitted(
        first.userName,
        `The first has to be whoever is logged in here, ${person.printedName}.`,
        'Give your own password first; or log in as the other.',
      );
    // Before any password is looked at: nobody learns here whether another's is right.
    if (first.userName.toLowerCase() !== person.userName.toLowerCase()) throw another();
    const one = await prove(first);
    if (one.id !== person.id) throw another();
    const other = await prove(second);
    if (other.id === one.id) {
      throw notPermitted(
        second.userName,
        'Both are the same person.',
        'Ask a second person to give name and password.',
      );
    }
    return { by: personActor(one, terminal), second: personActor(other, terminal) };
  };

  const post = (
    path: string,
    act: (skid: Skid, request: FastifyRequest<OfSkid>) => Promise<DeskAnswer>,
    remedy: string,
  ): void => {
    api.post<OfSkid>(`/skids/:skid/${path}`, byDesk, async (request, reply) => {
      const skid = skidOf(skids, request.params.skid);
      const done = await act(skid, request);
      if (!done.done) return refuse(reply, skid.name, done.refusedBy, remedy);
      return interlocks.view(skid.name);
    });
  };

  post(
    'interlocks/bypass',
    async ({ name }, request) => {
      const { first, second, ...asked } = bypassOf(request.body);
      return work.bypass(name, asked, await twoPeople(request, first, second));
    },
    'Nothing was bypassed.',
  );
  post(
    'interlocks/end-bypass',
    ({ name }, request) => work.endBypass(name, endBypassOf(request.body).row, personOf(request)),
    'The bypass stands as it was.',
  );
  post(
    'interlocks/force',
    async ({ name }, request) => {
      const { first, second, tag, ...asked } = forceOf(request.body);
      return work.force(name, { ...asked, tag: localTag(tag) }, await twoPeople(request, first, second));
    },
    'Nothing was forced.',
  );
  post(
    'interlocks/end-force',
    ({ name }, request) => work.endForce(name, localTag(endForceOf(request.body).tag), personOf(request)),
    'The forced input stands as it was.',
  );
  post(
    'interlocks/changeover',
    ({ name }, request) => work.changeover(name, changeoverOf(request.body).to, personOf(request)),
    'Changeover stands as it was.',
  );
  post(
    'interlocks/proof-test',
    async ({ name }, request) => {
      const { first, second, ...asked } = proofTestOf(request.body);
      return work.proofTest(name, asked, await twoPeople(request, first, second));
    },
    'No proof test was begun.',
  );

  api.get<OfSkid>('/skids/:skid/interlocks/proof-tests', ({ params }) =>
    work.proofTests(skidOf(skids, params.skid).name),
  );
  api.get<OfSkid>('/skids/:skid/interlocks/responses', ({ params }) => work.responses(skidOf(skids, params.skid).name));
  api.get<OfSkid>('/skids/:skid/interlocks/responses.csv', async ({ params }, reply) => {
    const { name } = skidOf(skids, params.skid);
    return reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name.replaceAll(/[^A-Za-z0-9._-]/g, '-')}-responses.csv"`)
      .send(responsesCsv(await work.responses(name)));
  });

  api.get<OfSkid>('/skids/:skid/baselines', ({ params }) => baselines.baselines(skidOf(skids, params.skid).name));
  api.post<OfSkid>('/skids/:skid/baselines/take', byDesk, async (request, reply) => {
    const { name } = skidOf(skids, request.params.skid);
    const { tag } = baselineOf(request.body);
    const actor = personActor(sessionOf(request).person, request.ip);
    const done = await baselines.take(name, localTag(tag), actor);
    return done.done ? { value: done.value } : refuse(reply, `${name}/${tag}`, [done.reason], 'The old figure stands.');
  });
}

const notPermitted = (who: string, problem: string, remedy: string): Error =>
  mesolineError('not-permitted', who, problem, remedy);

function refuse(reply: FastifyReply, where: string, refusedBy: readonly string[], remedy: string): FastifyReply {
  const answer = errorAnswer(
    'refused',
    refusedBy.map((problem) => ({ where, problem, remedy })),
  );
  return reply.code(409).send({ ...answer, message: `${refusedBy.join(' ')} ${remedy}`, refusedBy });
}
