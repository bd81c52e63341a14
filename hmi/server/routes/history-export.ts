/** History to take away: CSV or Parquet, as it was kept, or as a table with a row for each step. It is written as it is read. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { isoUtc, utcMs } from '../../../plant/clock.ts';
import { MesolineError, type Fault } from '../../../plant/errors.ts';
import { tagName, type TagName } from '../../../plant/sample.ts';
import { historyExportQuery } from '../../api/requests.ts';
import { checkedQuery } from '../checked-input.ts';
import { csvOfPoints, csvOfSteps } from '../history-export/csv.ts';
import type { ExportedTag } from '../history-export/exported.ts';
import { parquetOfPoints } from '../history-export/parquet.ts';
import type { PagesOptions } from '../options.ts';
import { faultsOfSpan, faultsOfTags } from './trends.ts';

const exportOf = checkedQuery(historyExportQuery);

export function historyExportRoutes(api: FastifyInstance, { skids, history }: PagesOptions): void {
  const units = new Map(
    skids.flatMap((skid) => skid.type.tags.map((tag) => [tagName(skid.name, tag.name), tag.unit] as const)),
  );

  api.get('/history/export', async (request, reply) => {
    const { tags, from, to, format, step } = exportOf(request.query);
    const asked = [...new Set(tags.split(',').map((tag) => tag.trim()))] as TagName[];
    const faults: Fault[] = [...faultsOfTags(asked, new Set(units.keys()), skids), ...faultsOfSpan(from, to)];
    if (step !== undefined && format === 'parquet') {
      const remedy = 'Leave step out, or ask for CSV.';
      faults.push({ where: 'step', problem: 'A table by steps is CSV.', remedy });
    }
    if (faults.length > 0) throw new MesolineError('bad-request', faults);
    const named: readonly ExportedTag[] = asked.map((tag) => ({ tag, unit: units.get(tag) ?? null }));
    const [begin, end] = [utcMs(from), utcMs(to)];
    // Asked before anything is sent: a history that does not answer is a refusal, and no file that ends early.
    await history.gaps(null, begin, end);
    const parts =
      format === 'parquet'
        ? parquetOfPoints(history, named, begin, end)
        : step === undefined
          ? csvOfPoints(history, named, begin, end)
          : csvOfSteps(history, named, begin, end, step);
    const name = `history-${isoUtc(begin).slice(0, 19).replaceAll(':', '')}.${format}`;
    return reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .type(format === 'parquet' ? 'application/vnd.apache.parquet' : 'text/csv; charset=utf-8')
      .send(Readable.from(parts));
  });
}
