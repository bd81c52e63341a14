/** A trend as SVG: courses, limits as broken lines, events as marks; told apart by their strokes, not by colour alone. Pure. */
import type { DocumentBlock } from '../../../plant/record-document.ts';

type Trend = Extract<DocumentBlock, { kind: 'trend' }>;

const width = 760;
const height = 190;
const frame = { left: 52, right: 12, top: 14, bottom: 26 };
const strokes = [
  { colour: '#0b3d6e', dash: '' },
  { colour: '#8a4b00', dash: '6 2' },
  { colour: '#1f6b3a', dash: '2 2' },
  { colour: '#5b2a86', dash: '8 2 2 2' },
] as const;
const limitColour = '#b00020';

type Scale = Readonly<{ low: number; high: number; x: (time: number) => number; y: (value: number) => number }>;

export function trendSvg({ trace, marks }: Trend): string {
  const scale = scaleOf(trace);
  const { left, right, top, bottom } = frame;
  const inner = `<rect x="${left}" y="${top}" width="${width - left - right}" height="${height - top - bottom}" fill="none" stroke="#888888" stroke-width="0.5"/>`;
  const parts = [
    inner,
    ...gridLines(scale),
    ...timeLabels(trace, scale),
    ...limitLines(trace, scale),
    ...markLines(marks, scale),
    ...trace.pens.flatMap(({ points }, index) => courseLines(points, scale, index)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`;
}

/** How each pen is drawn, for the words below. */
export const strokeWord = (index: number): string =>
  ['line', 'dashes', 'dots', 'dash and dot'][index % strokes.length] ?? 'line';

function scaleOf({ pens, from, to }: Trend['trace']): Scale {
  const values = pens.flatMap(({ points, low, high }) => [
    ...points.flatMap(([, value]) => (value === null ? [] : [value])),
    ...(low === null ? [] : [low]),
    ...(high === null ? [] : [high]),
  ]);
  const [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  // Nothing known at all is drawn as an empty frame around zero.
  const isKnown = Number.isFinite(least);
  const spread = most > least ? most - least : isKnown ? Math.max(1, Math.abs(least) * 0.1) : 1;
  const middle = isKnown ? (least + most) / 2 : 0;
  const [low, high] = [middle - 0.55 * spread, middle + 0.55 * spread];
  const { left, right, top, bottom } = frame;
  return {
    low,
    high,
    x: (time) => left + ((time - from) / Math.max(1, to - from)) * (width - left - right),
    y: (value) => top + (1 - (value - low) / (high - low)) * (height - top - bottom),
  };
}

const lines = 4;

function gridLines({ low, high, y }: Scale): readonly string[] {
  return Array.from({ length: lines + 1 }, (_, index) => {
    const value = low + ((high - low) * index) / lines;
    const at = y(value).toFixed(1);
    return `<line x1="${frame.left}" y1="${at}" x2="${width - frame.right}" y2="${at}" stroke="#dddddd" stroke-width="0.4"/>${textAt(frame.left - 4, Number(at) + 3, numberText(value, high - low), 'end')}`;
  });
}

const numberText = (value: number, spread: number): string =>
  value.toFixed(Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.max(spread, 1e-9))))));

function timeLabels({ from, to }: Trend['trace'], { x }: Scale): readonly string[] {
  return Array.from({ length: lines + 1 }, (_, index) => {
    const time = from + ((to - from) * index) / lines;
    const anchor = index === 0 ? 'start' : index === lines ? 'end' : 'middle';
    return textAt(x(time), height - 8, `${new Date(time).toISOString().slice(11, 19)} UTC`, anchor);
  });
}

function limitLines({ pens }: Trend['trace'], { y }: Scale): readonly string[] {
  const limits = new Set(pens.flatMap(({ low, high }) => [low, high].filter((one) => one !== null)));
  return [...limits].map(
    (limit) =>
      `<line x1="${frame.left}" y1="${y(limit).toFixed(1)}" x2="${width - frame.right}" y2="${y(limit).toFixed(1)}" stroke="${limitColour}" stroke-width="0.8" stroke-dasharray="5 3"/>`,
  );
}

/** Marks that stand too close for their words share one, in order. */
const wordWidth = 90;

function markLines(marks: Trend['marks'], { x }: Scale): readonly string[] {
  const drawn: string[] = [];
  const words: { place: number; text: string }[] = [];
  for (const { at, text } of marks) {
    const place = x(at);
    if (place < frame.left - 0.5 || place > width - frame.right + 0.5) continue;
    const end = (height - frame.bottom).toFixed(1);
    drawn.push(
      `<line x1="${place.toFixed(1)}" y1="${frame.top}" x2="${place.toFixed(1)}" y2="${end}" stroke="#666666" stroke-width="0.5" stroke-dasharray="1 2"/>`,
    );
    const last = words.at(-1);
    if (last !== undefined && place - last.place < wordWidth) last.text = `${last.text}, ${text}`;
    else words.push({ place, text });
  }
  const said = words.map(({ place, text }) => {
    const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
    return place > width - 2 * wordWidth
      ? textAt(width - frame.right, frame.top - 3, short, 'end')
      : textAt(place + 2, frame.top - 3, short, 'start');
  });
  return [...drawn, ...said];
}

/** A gap stays a gap: where a value is not known the line ends. */
function courseLines(
  points: Trend['trace']['pens'][number]['points'],
  { x, y }: Scale,
  index: number,
): readonly string[] {
  const { colour, dash } = strokes[index % strokes.length] ?? strokes[0];
  const runs: string[][] = [[]];
  let before: number | null = null;
  for (const [time, value] of points) {
    if (value === null) {
      if (before !== null) runs.at(-1)?.push(`${x(time).toFixed(1)},${y(before).toFixed(1)}`);
      runs.push([]);
    } else {
      // A value stands until the next one: a step, not a slope.
      if (before !== null) runs.at(-1)?.push(`${x(time).toFixed(1)},${y(before).toFixed(1)}`);
      runs.at(-1)?.push(`${x(time).toFixed(1)},${y(value).toFixed(1)}`);
    }
    before = value;
  }
  return runs
    .filter((run) => run.length > 1)
    .map(
      (run) =>
        `<polyline points="${run.join(' ')}" fill="none" stroke="${colour}" stroke-width="0.8"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`,
    );
}

const textAt = (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="Roboto" font-size="8" fill="#333333" text-anchor="${anchor}">${escaped(text)}</text>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
