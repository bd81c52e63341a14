/** What methods make of spectra: the last result of each analysis with its curves, earlier ones, and the spectra kept. */
import type { FastifyInstance } from 'fastify';
import type { AnalysisOutcome, AnalysisResult } from '../../../plant/analysis.ts';
import { utcMs } from '../../../plant/clock.ts';
import { MesolineError, mesolineError, messageOf } from '../../../plant/errors.ts';
import { localTag, tagName } from '../../../plant/sample.ts';
import type { AnalysisDefinition, Skid } from '../../../plant/skid/definition.ts';
import type { AnalysisAnswer, AnalysisCurvesAnswer, AnalysisResultsAnswer, SpectrumAnswer } from '../../api/answers.ts';
import { archiveQuery } from '../../api/requests.ts';
import { checkedQuery } from '../checked-input.ts';
import { notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { thinned } from '../thinned-curve.ts';
import { skidOf } from './skids.ts';

type OfSkid = { Params: { skid: string } };
type OfPart = { Params: { skid: string; unit: string; part: string } };
type OfSpectrum = { Params: { skid: string; unit: string; part: string; digest: string } };

const mostCurvePoints = 2400;
const archiveOf = checkedQuery(archiveQuery);

export function analysisRoutes(api: FastifyInstance, { skids, analyses, archive }: PagesOptions): void {
  api.get<OfSkid>('/skids/:skid/analyses', async ({ params }): Promise<readonly AnalysisAnswer[]> => {
    const skid = skidOf(skids, params.skid);
    const [latest, suitability] = await Promise.all([analyses.latest(skid.name), analyses.suitability(skid.name)]);
    return skid.type.analyses.map((definition) => ({
      ...described(skid, definition),
      suitability: suitability.find(({ analysis }) => analysis === definition.name) ?? null,
      latest: shown(latest.find(({ analysis }) => analysis === definition.name)),
    }));
  });

  api.get<OfPart>('/skids/:skid/analyses/:unit/:part/curves', async ({ params }): Promise<AnalysisCurvesAnswer> => {
    const skid = skidOf(skids, params.skid);
    const { name } = analysisOf(skid, `${params.unit}/${params.part}`);
    const result = (await analyses.latest(skid.name)).find(({ analysis }) => analysis === name);
    if (result === undefined)
      throw mesolineError('no-values-yet', name, 'No spectrum was analysed yet.', 'Ask again in a while.');
    const { input, measuredAt, outcome } = result;
    const curves = outcome.curves.map((curve) => thinned(curve, mostCurvePoints));
    return { input, measuredAt, x: outcome.x, curves };
  });

  api.get<OfPart>(
    '/skids/:skid/analyses/:unit/:part/results',
    async ({ params, query }): Promise<AnalysisResultsAnswer> => {
      const skid = skidOf(skids, params.skid);
      const { name } = analysisOf(skid, `${params.unit}/${params.part}`);
      const { from, to, limit } = archiveOf(query);
      return answered(archive.results(skid.name, name, utcMs(from), utcMs(to), limit ?? 100));
    },
  );

  api.get<OfPart>('/skids/:skid/spectra/:unit/:part', async ({ params, query }) => {
    const spectrum = spectrumOf(skidOf(skids, params.skid), `${params.unit}/${params.part}`);
    const { from, to, limit } = archiveOf(query);
    return answered(archive.list(spectrum, utcMs(from), utcMs(to), limit ?? 100));
  });

  api.get<OfSpectrum>('/skids/:skid/spectra/:unit/:part/:digest', async ({ params }): Promise<SpectrumAnswer> => {
    const spectrum = spectrumOf(skidOf(skids, params.skid), `${params.unit}/${params.part}`);
    const data = await answered(archive.read(spectrum, params.digest));
    if (data === null) throw notFound('spectrum', params.digest, 'The list of spectra says which are kept.');
    const { x, y, imaginary, takenAt, facts } = data;
    return {
      digest: params.digest,
      takenAt,
      facts,
      x: { title: x.title, unit: x.unit, values: [...x.values] },
      y: { title: y.title, unit: y.unit, values: [...y.values] },
      imaginary: imaginary === undefined ? null : [...imaginary],
    };
  });
}

const described = (
  skid: Skid,
  { name, title, unitName, spectrum, required, delay, inputs, method }: AnalysisDefinition,
): Omit<AnalysisAnswer, 'suitability' | 'latest'> => ({
  name,
  title,
  unitName,
  spectrum: tagName(skid.name, spectrum),
  required,
  delay,
  inputs: method.inputs.map((input) => ({ ...input, tag: inputs[input.name] ?? null })),
  method: {
    method: method.method,
    title: method.title,
    version: method.version,
    digest: method.digest,
    source: method.source,
    approvedBy: method.approvedBy,
    calibrationSet: method.calibrationSet,
    outputs: method.outputs,
    judged: method.suitability.checks.map(({ figure }) => figure),
    figureTitles: Object.fromEntries(method.maintenance.map(({ figure, title }) => [figure, title])),
  },
});

function shown(result: AnalysisResult | undefined): AnalysisAnswer['latest'] {
  if (result === undefined) return null;
  const { outcome, input, sampleTime, measuredAt, analysedAt } = result;
  const { outputs, verdict, reasons, figures }: AnalysisOutcome = outcome;
  return { input, sampleTime, measuredAt, analysedAt, outputs, verdict, reasons, figures };
}

function analysisOf(skid: Skid, name: string): AnalysisDefinition {
  const found = skid.type.analyses.find((analysis) => analysis.name === name);
  if (found !== undefined) return found;
  const names = skid.type.analyses.map((analysis) => analysis.name).join(', ');
  throw notFound('analysis', name, names === '' ? `${skid.name} has none.` : `${skid.name} has ${names}.`);
}

function spectrumOf(skid: Skid, name: string): ReturnType<typeof tagName> {
  const found = skid.type.spectra.find((spectrum) => spectrum.name === localTag(name));
  if (found !== undefined) return tagName(skid.name, found.name);
  const names = skid.type.spectra.map((spectrum) => spectrum.name).join(', ');
  throw notFound('spectrum', name, names === '' ? `${skid.name} has none.` : `${skid.name} has ${names}.`);
}

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof MesolineError) throw thrown;
    throw mesolineError(
      'history-unavailable',
      'spectra',
      `The archive of spectra does not answer: ${messageOf(thrown)}.`,
      'New results go on; see the system page for the historian.',
      thrown,
    );
  }
}
