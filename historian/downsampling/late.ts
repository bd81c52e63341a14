/** Which spans of which series have to be made anew of what the store has: points came late, or nobody saw the beginning. */
import type { Series } from '../point.ts';

export type Span = Readonly<{ from: number; to: number }>;

/** Spans that lie closer are made as one. */
const nearMs = 600_000;
const mostOfOne = 16;

export class LateSpans {
  readonly #spans = new Map<Series, Span[]>();

  get size(): number {
    return this.#spans.size;
  }

  add(series: Series, from: number, to: number): void {
    const known = this.#spans.get(series) ?? [];
    const apart = known.filter((one) => one.to + nearMs < from || to + nearMs < one.from);
    const near = known.filter((one) => !apart.includes(one));
    const joined = near.reduce((all, one) => ({ from: Math.min(all.from, one.from), to: Math.max(all.to, one.to) }), {
      from,
      to,
    });
    const spans = [...apart, joined].sort((one, other) => one.from - other.from);
    const [first, last] = [spans[0], spans.at(-1)];
    const tooMany = spans.length > mostOfOne && first !== undefined && last !== undefined;
    this.#spans.set(series, tooMany ? [{ from: first.from, to: last.to }] : spans);
  }

  /** One of them, which is then not among them any more. */
  take(): Readonly<{ series: Series; span: Span }> | null {
    for (const [series, spans] of this.#spans) {
      const span = spans.shift();
      if (spans.length === 0) this.#spans.delete(series);
      if (span !== undefined) return { series, span };
    }
    return null;
  }

  all(): readonly Readonly<{ series: Series; span: Span }>[] {
    return [...this.#spans].flatMap(([series, spans]) => spans.map((span) => ({ series, span })));
  }
}
