/** What stands beside the batch: materials, laboratory, labels, definitions; also what became of them since. */
import type { RecordValue } from '../../../plant/record-event.ts';
import type { UtcMs } from '../../../plant/clock.ts';
import { actions, around, inSpan, timeOf } from '../evidence.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

const about = (key: string, at: UtcMs, title: string, detail: string): Finding => ({
  key,
  skid: null,
  from: at,
  to: at,
  title,
  detail,
  lines: [],
  tags: [],
});

export const materials: Rule = {
  name: 'materials',
  version: '1',
  byDeviation: true,
  title: 'What was weighed is still released, nothing was struck out, and everything was checked that has to be',
  counts: 'weighings',
  run: ({ surroundings: { kits, lots }, span }) => {
    const weighings = kits.flatMap(({ weighings: all }) => all);
    const unfit = lots
      .filter(({ status }) => status === 'rejected' || status === 'quarantine')
      .map(({ id, status, material }) =>
        about(
          `lot/${id}/${status}`,
          span.to,
          `Lot ${id} of ${material} is ${status}`,
          'it was weighed from for this batch',
        ),
      );
    const struck = kits.flatMap((kit) =>
      kit.struck.map((each) =>
        about(
          `struck/${kit.id}/${each.number}`,
          each.strike.at,
          `Weighing ${each.number} of ${each.material} was struck out`,
          `${each.amount} from ${each.lot}; ${each.strike.reason}, by ${each.strike.by} and ${each.strike.checkedBy}`,
        ),
      ),
    );
    const unchecked = kits.flatMap((kit) => {
      const checked = new Set(kit.materials.filter((each) => each.checked).map(({ name }) => name));
      return kit.weighings
        .filter(({ material, checkedBy }) => checked.has(material) && checkedBy === null)
        .map((each) =>
          about(
            `unchecked/${kit.id}/${each.number}`,
            each.at,
            `Weighing ${each.number} of ${each.material} was not checked`,
            each.by,
          ),
        );
    });
    return { looked: weighings.length, found: [...unfit, ...struck, ...unchecked] };
  },
};

export const laboratory: Rule = {
  name: 'laboratory',
  version: '1',
  title: 'Every analysis that was asked of the laboratory has its result',
  counts: 'analyses',
  run: ({ surroundings: { samples } }) => ({
    looked: samples.reduce((sum, { analyses }) => sum + analyses.length, 0),
    found: samples.flatMap(({ id, sample, analyses, results, at }) => {
      const open = analyses.filter((analysis) => !results.some((one) => one.analysis === analysis));
      return open.length === 0
        ? []
        : [about(`sample/${id}`, at, `Sample ${sample} waits for the laboratory`, open.join(', '))];
    }),
  }),
};

export const labels: Rule = {
  name: 'labels',
  version: '1',
  title: 'Labels were counted, and none is missing',
  counts: 'labels',
  run: ({ batch, span, surroundings }) => {
    const own = surroundings.labels.filter((label) => label.batch === batch);
    const count = surroundings.counts.find(({ subject }) => subject === batch);
    const found: Finding[] = [];
    if (own.length > 0 && count === undefined)
      found.push(about('labels/uncounted', span.to, 'Labels were printed and never counted', `${own.length} labels`));
    if (count !== undefined && !count.stands)
      found.push(about('labels/moved', count.at, 'Labels were printed, used or destroyed after they were counted', ''));
    if (count !== undefined && count.missing.length > 0)
      found.push(
        about('labels/missing', count.at, 'Labels are missing', `${count.missing.join(', ')}; ${count.reason}`),
      );
    return { looked: own.length, found };
  },
};

export const purpose: Rule = {
  name: 'purpose',
  version: '1',
  title: 'The batch was made for product, at the pace of the wall',
  counts: 'batches',
  run: (evidence) => {
    const [started] = actions(evidence, 'batch-started');
    if (started === undefined) return { looked: 0, found: [] };
    const about = (key: string, title: string, detail: string): Finding => ({
      ...findingOf(started, timeOf(started), { skid: null, title, detail }),
      key,
    });
    const { timeScale } = evidence;
    return {
      looked: 1,
      found: [
        ...(evidence.purpose === 'rehearsal' ? [about('rehearsal', 'A rehearsal: it made no product', '')] : []),
        ...(timeScale === 1
          ? []
          : [about('time-scale', 'The process ran faster than the wall', `${timeScale} times: twins only`)]),
      ],
    };
  },
};

export const configuration: Rule = {
  name: 'configuration',
  version: '1',
  byDeviation: true,
  title: 'The recipe was effective, methods approved, and definitions and software stayed the same',
  counts: 'definitions',
  run: (evidence) => {
    const [started] = actions(evidence, 'batch-started');
    if (started === undefined) return { looked: 0, found: [] };
    const data = started.event.data ?? {};
    const found: Finding[] = [];
    const at = timeOf(started);
    if (evidence.purpose === 'production' && data['status'] !== 'effective')
      found.push({
        ...findingOf(started, at, { skid: null, title: 'The recipe was not effective', detail: text(data['status']) }),
        key: 'status',
      });
    const digests = (data['skidDigests'] ?? {}) as Readonly<Record<string, RecordValue>>;
    const later = around(evidence, 'service-started').filter((stored) => inSpan(timeOf(stored), evidence.span));
    for (const stored of later) {
      const named = stored.event.data?.['skids'];
      const lines = Array.isArray(named) ? (named as readonly RecordValue[]).map(text) : [];
      for (const [skid, digest] of Object.entries(digests)) {
        const line = lines.find((one) => one.startsWith(`${skid} `));
        if (line === undefined || line.endsWith(text(digest))) continue;
        const detail = `it began as ${text(digest).slice(0, 12)}…, and went on as ${line.slice(-64, -52)}…`;
        found.push({
          ...findingOf(stored, timeOf(stored), { skid: null, title: `The definition of ${skid} changed`, detail }),
          key: `${stored.scope}#${stored.seq}/${skid}`,
        });
      }
    }
    for (const { skid, definition } of evidence.units) {
      const digest = text(digests[skid]);
      if (digest === '' || digest === definition) continue;
      const now = definition === null ? 'is there no more' : `is ${definition.slice(0, 12)}… now`;
      found.push({
        ...findingOf(started, at, {
          skid,
          title: `The definition of ${skid} is not the one that the batch ran by`,
          detail: `it was ${digest.slice(0, 12)}… and ${now}: what was measured is judged by another reading of it`,
        }),
        key: `definition/${skid}`,
      });
    }
    return { looked: Object.keys(digests).length + later.length + 1, found };
  },
};

const text = (value: RecordValue | undefined): string => (typeof value === 'string' ? value : '');
