/** The curves of an analysis: what was measured and what was fitted to it, with the residual on its own below. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { AnalysisCurvesAnswer, CurveAnswer } from '../../../api/answers.ts';
import { isDark } from '../ui/colour-scheme.ts';
import { axisStyle, colour } from '../ui/plot-style.ts';
import { compactText } from './compact-text.ts';

type Props = Readonly<{ title: string; answer: AnalysisCurvesAnswer }>;
type Name = CurveAnswer['name'];

/** Told apart by dash as well as by shade. */
const strokes: Readonly<Record<Name, Readonly<{ colour: string; dash: number[]; width: number; text: string }>>> = {
  raw: { colour: '--faint', dash: [], width: 1, text: 'raw' },
  processed: { colour: '--text', dash: [], width: 1.2, text: 'processed' },
  baseline: { colour: '--faint', dash: [6, 4], width: 1.2, text: 'baseline' },
  fit: { colour: '--link', dash: [3, 2], width: 1.6, text: 'fit' },
  residual: { colour: '--text', dash: [], width: 1, text: 'residual' },
};
const upper: readonly Name[] = ['raw', 'baseline', 'processed', 'fit'];

export function SpectrumChart({ title, answer }: Props) {
  const there = answer.curves.map(({ name }) => name);
  const [shown, setShown] = useState<readonly Name[]>(['processed', 'fit', 'residual']);
  const toggle = (name: Name): void =>
    setShown(shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name]);
  const above = answer.curves.filter(({ name }) => upper.includes(name) && shown.includes(name));
  const below = answer.curves.filter(({ name }) => name === 'residual' && shown.includes(name));
  return (
    <>
      <div class="buttons legend">
        {([...upper, 'residual'] as const)
          .filter((name) => there.includes(name))
          .map((name) => (
            <button key={name} type="button" aria-pressed={shown.includes(name)} onClick={() => toggle(name)}>
              <Sample name={name} /> {strokes[name].text}
            </button>
          ))}
      </div>
      <Plot label={`${title}: spectrum`} curves={above} x={answer.x} height={220} />
      {below.length > 0 && <Plot label={`${title}: residual`} curves={below} x={answer.x} height={90} />}
    </>
  );
}

const Sample = ({ name }: Readonly<{ name: Name }>) => (
  <svg width="26" height="8" aria-hidden="true">
    <line
      x1="1"
      y1="4"
      x2="25"
      y2="4"
      stroke="currentColor"
      stroke-width={strokes[name].width + 0.6}
      stroke-dasharray={strokes[name].dash.join(' ')}
    />
  </svg>
);

type PlotProps = Readonly<{
  label: string;
  curves: readonly CurveAnswer[];
  x: AnalysisCurvesAnswer['x'];
  height: number;
}>;

function Plot({ label, curves, x, height }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    const { current } = place;
    if (current === null || curves.length === 0) return undefined;
    const own = new uPlot(optionsOf(curves, x, current.clientWidth, height), joined(curves), current);
    const watcher = new ResizeObserver(() => own.setSize({ width: current.clientWidth, height }));
    watcher.observe(current);
    return () => {
      watcher.disconnect();
      own.destroy();
    };
  }, [curves, x, height, dark]);
  return <div ref={place} class="plot" role="img" aria-label={label} />;
}

function optionsOf(
  curves: readonly CurveAnswer[],
  x: AnalysisCurvesAnswer['x'],
  width: number,
  height: number,
): uPlot.Options {
  const axis = axisStyle();
  // Chemical shifts and Raman shifts are read as their fields do: shifts of nuclei from the left downwards.
  const falls = x.unit === 'ppm';
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false } },
    scales: { x: { time: false, dir: falls ? -1 : 1 } },
    axes: [
      { ...axis, label: `${x.title} / ${x.unit}`, labelSize: 18, size: 30 },
      { ...axis, size: widthOfLabels, space: 24, values: (_, splits) => splits.map(compactText) },
    ],
    series: [
      {},
      ...curves.map(({ name }) => ({
        stroke: colour(strokes[name].colour) || colour('--text'),
        width: strokes[name].width,
        dash: strokes[name].dash,
        points: { show: false },
        // Points that another curve has are none of this one's; where a curve says that it has none, it is broken.
        spanGaps: false,
      })),
    ],
  };
}

/** As wide as the longest label; not below what most take, so that spectrum and residual stand under each other. */
function widthOfLabels(plot: uPlot, labels: readonly string[] | null): number {
  const least = 64;
  const { devicePixelRatio: ratio } = window;
  plot.ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  const longest = Math.max(0, ...(labels ?? []).map((label) => plot.ctx.measureText(label).width / ratio));
  return Math.max(least, Math.ceil(longest) + 22);
}

/** Curves thinned apart have points of their own: one axis for all, with nothing where a curve has no point. */
function joined(curves: readonly CurveAnswer[]): uPlot.AlignedData {
  const tables = curves.map(({ x, y }): uPlot.AlignedData => {
    const order = [...x.keys()].sort((one, other) => (x[one] ?? 0) - (x[other] ?? 0));
    return [order.map((i) => x[i] ?? 0), order.map((i) => y[i] ?? null)];
  });
  return tables.length === 1 && tables[0] !== undefined ? tables[0] : uPlot.join(tables);
}
