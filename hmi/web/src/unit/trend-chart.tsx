/** One chart: the value, its extremes as a band, and the normal band behind. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { TagView } from '../../../api/answers.ts';
import { inUtc } from '../zone.ts';
import { serverNow } from '../live/stream.ts';
import { isDark } from '../ui/colour-scheme.ts';
import { axisStyle, colour } from '../ui/plot-style.ts';
import type { TrendData } from './trend-data.ts';

type Props = Readonly<{ tag: TagView; spanMs: number; data: TrendData | null }>;

const height = 112;

export function TrendChart({ tag, spanMs, data }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const utc = inUtc.value;
  const dark = isDark.value;
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const own = new uPlot(optionsOf(tag, spanMs, current.clientWidth, utc), [[], [], [], []], current);
    chart.current = own;
    const watcher = new ResizeObserver(() => own.setSize({ width: current.clientWidth, height }));
    watcher.observe(current);
    return () => {
      watcher.disconnect();
      own.destroy();
      chart.current = null;
    };
  }, [tag, spanMs, utc, dark]);
  useEffect(() => {
    const line = data?.lines.get(tag.name);
    if (data !== null && line !== undefined) chart.current?.setData([data.times, line.last, line.min, line.max]);
  }, [data, tag, spanMs, utc, dark]);
  return <div ref={place} class="plot" role="img" aria-label={`${tag.title} over time`} />;
}

function optionsOf(tag: TagView, spanMs: number, width: number, utc: boolean): uPlot.Options {
  const axis = axisStyle();
  return {
    width,
    height,
    legend: { show: false },
    cursor: { sync: { key: 'trend' }, drag: { x: false, y: false } },
    tzDate: (seconds) => (utc ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    scales: {
      x: { time: true, range: () => [(serverNow() - spanMs) / 1000, serverNow() / 1000] },
      y: { range: (_chart, low, high) => spanOf(tag, low, high) },
    },
    axes: [
      { ...axis, values: (_chart, times) => times.map((time) => clockText(time, utc)), size: 26 },
      { ...axis, size: 56, space: 22 },
    ],
    series: [
      {},
      { stroke: colour('--text'), width: 1.3, spanGaps: false, points: { show: false } },
      { stroke: 'transparent', spanGaps: false, points: { show: false } },
      { stroke: 'transparent', spanGaps: false, points: { show: false } },
    ],
    bands: [{ series: [3, 2], fill: colour('--hatch') }],
    hooks: { drawClear: [(drawn) => drawNormal(drawn, tag, colour('--normal'))] },
  };
}

const clockText = (seconds: number, utc: boolean): string =>
  new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(utc ? { timeZone: 'UTC' } : {}),
  }).format(seconds * 1000);

/** Some air around the values, and never so narrow that noise looks like a change. */
function spanOf(tag: TagView, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [tag.range?.low ?? 0, tag.range?.high ?? 1];
  const least = tag.range === null ? 1 : (tag.range.high - tag.range.low) / 100;
  const air = Math.max((high - low) * 0.1, least / 2, 1e-9);
  return [low - air, high + air];
}

function drawNormal(chart: uPlot, { normal }: TagView, fill: string): void {
  if (normal === null) return;
  const { left, top, width, height: tall } = chart.bbox;
  const within = (y: number): number => Math.min(top + tall, Math.max(top, y));
  const upper = within(chart.valToPos(normal.high, 'y', true));
  const lower = within(chart.valToPos(normal.low, 'y', true));
  chart.ctx.save();
  chart.ctx.globalAlpha = 0.35;
  chart.ctx.fillStyle = fill;
  chart.ctx.fillRect(left, upper, width, lower - upper);
  chart.ctx.restore();
}
