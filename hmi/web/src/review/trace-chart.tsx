/** The course of what an exception is about, from before to after: one chart for each pen, its limits, and the exception's own time. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { TraceView } from '../../../../plant/review-view.ts';
import { dateTimeIn } from '../format.ts';
import { isDark } from '../ui/colour-scheme.ts';
import { axisStyle, colour } from '../ui/plot-style.ts';
import { inUtc } from '../zone.ts';

type Pen = TraceView['pens'][number];
type Props = Readonly<{ trace: TraceView; from: number; to: number }>;

const height = 130;

export const TraceCharts = ({ trace, from, to }: Props) => (
  <>
    {trace.pens.length === 0 && <p class="faint">Nothing was measured of it.</p>}
    {trace.pens.map((pen) => (
      <figure key={pen.tag} class="trace">
        <figcaption>
          {pen.title}
          {pen.unit !== null && <small> in {pen.unit}</small>}
          <small> {limitText(pen)}</small>
        </figcaption>
        <PenChart pen={pen} trace={trace} from={from} to={to} />
      </figure>
    ))}
  </>
);

function limitText({ low, high }: Pen): string {
  if (low === null && high === null) return '';
  if (low !== null && high !== null) return `limits ${low} to ${high}`;
  return low === null ? `at most ${high ?? ''}` : `at least ${low}`;
}

function PenChart({ pen, trace, from, to }: Props & Readonly<{ pen: Pen }>) {
  const place = useRef<HTMLDivElement>(null);
  const utc = inUtc.value;
  const dark = isDark.value;
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const times = pen.points.map(([time]) => time / 1000);
    const values = pen.points.map(([, value]) => value);
    const own = new uPlot(optionsOf(pen, trace, { from, to }, current.clientWidth, utc), [times, values], current);
    const watcher = new ResizeObserver(() => own.setSize({ width: current.clientWidth, height }));
    watcher.observe(current);
    return () => {
      watcher.disconnect();
      own.destroy();
    };
  }, [pen, trace, from, to, utc, dark]);
  return <div ref={place} class="plot" role="img" aria-label={`${pen.title} over the exception`} />;
}

function optionsOf(
  pen: Pen,
  trace: TraceView,
  exception: Readonly<{ from: number; to: number }>,
  width: number,
  utc: boolean,
): uPlot.Options {
  const axis = axisStyle();
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    tzDate: (seconds) => (utc ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    scales: {
      x: { time: true, range: () => [trace.from / 1000, trace.to / 1000] },
      y: { range: (_chart, low, high) => spanOf(pen, low, high) },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 110,
        values: (_chart, times) => times.map((time) => dateTimeIn(time * 1000, utc).slice(0, 19)),
      },
      { ...axis, size: 60, space: 22 },
    ],
    series: [
      {},
      {
        stroke: colour('--text'),
        width: 1.3,
        spanGaps: false,
        points: { show: false },
        ...(stepped === undefined ? {} : { paths: stepped }),
      },
    ],
    hooks: {
      drawClear: [(drawn) => drawTime(drawn, exception)],
      draw: [(drawn) => drawLimits(drawn, pen)],
    },
  };
}

/** The limits are always in sight. */
function spanOf({ low: least, high: most }: Pen, low: number | null, high: number | null): [number, number] {
  const all = [low, high, least, most].filter((one) => one !== null);
  if (all.length === 0) return [0, 1];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const air = Math.max((to - from) * 0.1, Math.abs(to) * 0.005, 1e-6);
  return [from - air, to + air];
}

function drawTime(chart: uPlot, { from, to }: Readonly<{ from: number; to: number }>): void {
  const { left, top, width, height: tall } = chart.bbox;
  const within = (x: number): number => Math.min(left + width, Math.max(left, x));
  const begin = within(chart.valToPos(from / 1000, 'x', true));
  const end = within(chart.valToPos(to / 1000, 'x', true));
  chart.ctx.save();
  chart.ctx.fillStyle = colour('--hatch');
  chart.ctx.fillRect(begin, top, Math.max(2, end - begin), tall);
  chart.ctx.restore();
}

function drawLimits(chart: uPlot, { low, high }: Pen): void {
  const { left, width } = chart.bbox;
  chart.ctx.save();
  chart.ctx.strokeStyle = colour('--text');
  chart.ctx.lineWidth = 1;
  chart.ctx.setLineDash([6, 4]);
  for (const limit of [low, high]) {
    if (limit === null) continue;
    const y = Math.round(chart.valToPos(limit, 'y', true));
    chart.ctx.beginPath();
    chart.ctx.moveTo(left, y);
    chart.ctx.lineTo(left + width, y);
    chart.ctx.stroke();
  }
  chart.ctx.restore();
}
