/**
 * Puts what the scans say into the variables, and turns a skid's tags Bad where no scan of it has been heard of for 2 s: the
 * plant side has stopped, and what stands there is old.
 */
import {
  coerceLocalizedText,
  DataType,
  DataValue,
  getStatusCodeFromCode,
  StatusCodes,
  Variant,
  type StatusCode,
  type UAVariable,
} from 'node-opcua';
import { elapsed, type Clock, type Monotonic } from '../../plant/clock.ts';
import { badDecodingError, badNoCommunication, badWaitingForInitialData } from '../../plant/quality.ts';
import type { TagValue } from '../../plant/sample.ts';
import type { SkidNodes, TagNode } from './address-space.ts';
import type { ToWorker, ValueChange } from './messages.ts';

export const silenceMs = 2000;

type Shown = Readonly<{ value: TagValue; quality: number; sourceTime: number; serverTime: number }>;

type SkidValues = Readonly<{ nodes: SkidNodes; latest: (Shown | undefined)[] }> & {
  heardAt: Monotonic | null;
  silent: boolean;
};

export class LiveValues {
  readonly #clock: Clock;
  readonly #skids: readonly SkidValues[];

  constructor(skids: readonly SkidNodes[], clock: Clock) {
    this.#clock = clock;
    this.#skids = skids.map((nodes) => ({ nodes, latest: [], heardAt: null, silent: false }));
    const now = clock.utc();
    for (const { tags } of skids) {
      for (const tag of tags) {
        show(tag, { value: null, quality: badWaitingForInitialData, sourceTime: now, serverTime: now });
      }
    }
  }

  take({ skids }: Extract<ToWorker, { kind: 'values' }>): void {
    for (const { skid, changes } of skids) {
      const values = this.#skids[skid];
      if (values === undefined) continue;
      for (const change of changes) values.latest[change[0]] = shownOf(change);
      values.heardAt = this.#clock.monotonic();
      if (values.silent) {
        values.silent = false;
        values.nodes.tags.forEach((tag, i) => showIfKnown(tag, values.latest[i]));
        continue;
      }
      for (const [i] of changes) showIfKnown(values.nodes.tags[i], values.latest[i]);
    }
  }

  /** To be called several times a second. */
  watch(): void {
    for (const values of this.#skids) {
      const { heardAt, nodes, latest } = values;
      if (heardAt === null || values.silent || elapsed(heardAt, this.#clock.monotonic()) < silenceMs) continue;
      values.silent = true;
      const serverTime = this.#clock.utc();
      nodes.tags.forEach((tag, i) => {
        const last = latest[i];
        if (last !== undefined) show(tag, { ...last, quality: badNoCommunication, serverTime });
      });
    }
  }
}

const shownOf = ([, value, quality, sourceTime, serverTime]: ValueChange): Shown => ({
  value,
  quality,
  sourceTime,
  serverTime,
});

function showIfKnown(tag: TagNode | undefined, shown: Shown | undefined): void {
  if (tag !== undefined && shown !== undefined) show(tag, shown);
}

function show({ plan, variable, text }: TagNode, shown: Shown): void {
  const value = variantOf(plan, shown.value);
  const times = { sourceTimestamp: new Date(shown.sourceTime), serverTimestamp: new Date(shown.serverTime) };
  // A value that is not of its tag's type says nothing, whatever its quality.
  const fits = value !== null || shown.value === null;
  const statusCode = statusOf(fits ? shown.quality : badDecodingError);
  set(variable, new DataValue({ ...times, statusCode, value: value ?? new Variant() }));
  if (text === null || plan.form.kind !== 'states') return;
  const state = plan.form.states.find((one) => one.value === shown.value)?.text ?? String(shown.value ?? '');
  const localized = new Variant({ dataType: DataType.LocalizedText, value: coerceLocalizedText(state) });
  set(text, new DataValue({ ...times, statusCode, value: localized }));
}

function variantOf({ form }: TagNode['plan'], value: TagValue): Variant | null {
  switch (form.kind) {
    case 'two-state':
      return typeof value === 'boolean' ? new Variant({ dataType: DataType.Boolean, value }) : null;
    case 'states':
      return typeof value === 'number' && (value | 0) === value
        ? new Variant({ dataType: DataType.Int32, value })
        : null;
    case 'number':
      return typeof value === 'number' ? new Variant({ dataType: DataType.Double, value }) : null;
  }
}

const known = new Map<number, StatusCode>([[0, StatusCodes.Good]]);

function statusOf(quality: number): StatusCode {
  const status = known.get(quality) ?? getStatusCodeFromCode(quality);
  known.set(quality, status);
  return status;
}

/**
 * The published `setValueFromSource` gives server and source one time. A logging device's rows may be years old, so both
 * are passed through, by the way it takes itself.
 */
function set(variable: UAVariable, value: DataValue): void {
  (variable as UAVariable & { _internal_set_dataValue(value: DataValue): void })._internal_set_dataValue(value);
}
