/** History for a trend: extremes and last value of each tag in each column of pixels. */
import type { FastifyInstance } from 'fastify';
import { utcMs } from '../../../plant/clock.ts';
import { MesolineError, mesolineError, messageOf, type Fault } from '../../../plant/errors.ts';
import { tagName, type TagName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { trendQuery } from '../../api/requests.ts';
import { checkedQuery } from '../checked-input.ts';
import type { PagesOptions } from '../options.ts';

const trendOf = checkedQuery(trendQuery);
const mostTags = 16;
const longestMs = 400 * 86_400_000;

export function trendRoutes(api: FastifyInstance, { skids, history }: PagesOptions): void {
  const known = new Set(skids.flatMap((skid) => skid.type.tags.map((tag) => tagName(skid.name, tag.name))));

  api.get('/trends', async (request) => {
    const { tags, from, to, buckets } = trendOf(request.query);
    const asked = [...new Set(tags.split(',').map((tag) => tag.trim()))] as TagName[];
    const faults = [...faultsOfTags(asked, known, skids), ...faultsOfSpan(from, to)];
    if (faults.length > 0) throw new MesolineError('bad-request', faults);
    try {
      return await history.trend(asked, utcMs(from), utcMs(to), buckets);
    } catch (thrown) {
      throw mesolineError(
        'history-unavailable',
        'trends',
        `History does not answer: ${messageOf(thrown)}.`,
        'Live values go on; see the system page for the historian.',
        thrown,
      );
    }
  });
}

export function faultsOfTags(asked: readonly TagName[], known: ReadonlySet<TagName>, skids: readonly Skid[]): Fault[] {
  const example = [...known][0] ?? `${skids[0]?.name ?? 'QD-1'}/R201/TT-201A`;
  const faults: Fault[] = asked
    .filter((tag) => !known.has(tag))
    .map((tag) => ({
      where: 'tags',
      problem: `There is no tag "${tag}".`,
      remedy: `Give full names, such as ${example}.`,
    }));
  if (asked.length > mostTags) {
    faults.push({
      where: 'tags',
      problem: `${asked.length} tags are asked for.`,
      remedy: `Ask for at most ${mostTags}.`,
    });
  }
  return faults;
}

export function faultsOfSpan(from: number, to: number): Fault[] {
  if (from >= to) return [{ where: 'from', problem: `${from} is not before to, ${to}.`, remedy: 'Swap them.' }];
  if (to - from <= longestMs) return [];
  return [{ where: 'to', problem: 'The span is longer than 400 days.', remedy: 'Ask for a shorter one.' }];
}
