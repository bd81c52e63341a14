/**
 * Puts what the scans say into the variables, and turns a skid's tags Bad where no scan of it has been heard of for 2 s: the
 * plant side has stopped, and what stands there is old.
 */
import { DataType, Variant, VariantArrayType, type DataValue } from 'node-opcua';
import { elapsed, type Clock, type Monotonic } from '../../../plant/clock.ts';
import { badDecodingError, badNoCommunication, badWaitingForInitialData } from '../../../plant/quality.ts';
import type { SkidNodes } from '../space/address-space.ts';
import type { ToWorker } from '../worker/messages.ts';
import { unpack, type ShownValue } from './packed-values.ts';
import { dataValueOf, localized, put, scalar } from '../space/set-data-value.ts';
import type { VariableForm } from '../plan/space-plan.ts';
import type { TagNode } from '../space/tag-nodes.ts';

export const silenceMs = 2000;

type Entry = {
  readonly nodes: readonly TagNode[];
  readonly form: VariableForm;
  readonly texts: ReadonlyMap<number, string> | null;
  /** Said by scans: Bad with the skid's silence. The others are Bad once nothing at all is heard. */
  readonly scanned: boolean;
  value: ShownValue;
  latest: DataValue | null;
  text: Readonly<{ number: unknown; variant: Variant }> | null;
};

type SkidValues = {
  readonly entries: readonly Entry[];
  readonly spectra: SkidNodes['spectra'];
  heardAt: Monotonic | null;
  silent: boolean;
};

export class LiveValues {
  readonly #clock: Clock;
  readonly #skids: readonly SkidValues[];
  #heardAt: Monotonic | null = null;
  #silent = false;
  // One for all values that share it: a scan gives most of its values one time.
  #time = new Date(0);

  constructor(skids: readonly SkidNodes[], clock: Clock) {
    this.#clock = clock;
    this.#skids = skids.map((nodes) => ({
      entries: entriesOf(nodes),
      spectra: nodes.spectra,
      heardAt: null,
      silent: false,
    }));
    const now = new Date(clock.utc());
    for (const { entries } of this.#skids) {
      for (const entry of entries) show(entry, dataValueOf(nothing, badWaitingForInitialData, now, now));
    }
  }

  /** True while scans of at least one skid are heard of. */
  get hears(): boolean {
    return this.#skids.some(({ heardAt, silent }) => heardAt !== null && !silent);
  }

  take({ skids }: Extract<ToWorker, { kind: 'values' }>): void {
    const now = this.#clock.monotonic();
    this.#heardAt = now;
    const wasSilent = this.#silent;
    this.#silent = false;
    for (const { skid, scanned, ...packed } of skids) {
      const values = this.#skids[skid];
      if (values === undefined) continue;
      const speaksAgain = scanned && values.silent;
      if (scanned) {
        values.heardAt = now;
        values.silent = false;
      }
      unpack(packed, (number, value, quality, sourceTime, serverTime) => {
        const entry = values.entries[number];
        if (entry === undefined) return;
        entry.latest = this.#dataValue(entry, value, quality, sourceTime, serverTime);
        if (!(entry.scanned && values.silent)) show(entry, entry.latest);
      });
      if (!speaksAgain) continue;
      showLatest(values.entries.filter((entry) => entry.scanned));
      for (const spectrum of values.spectra) spectrum.speakAgain();
    }
    if (wasSilent) for (const { entries } of this.#skids) showLatest(entries.filter((entry) => !entry.scanned));
  }

  /** To be called several times a second. */
  watch(): void {
    for (const values of this.#skids) {
      if (values.silent || !this.#isLong(values.heardAt)) continue;
      values.silent = true;
      this.#turnBad(values.entries.filter((entry) => entry.scanned));
      const now = new Date(this.#clock.utc());
      for (const spectrum of values.spectra) spectrum.fallSilent(badNoCommunication, now);
    }
    if (this.#silent || !this.#isLong(this.#heardAt)) return;
    this.#silent = true;
    for (const { entries } of this.#skids) this.#turnBad(entries.filter((entry) => !entry.scanned));
  }

  #isLong(heardAt: Monotonic | null): boolean {
    return heardAt !== null && elapsed(heardAt, this.#clock.monotonic()) >= silenceMs;
  }

  #turnBad(entries: readonly Entry[]): void {
    const now = new Date(this.#clock.utc());
    for (const entry of entries) {
      if (entry.latest === null) continue;
      const { value, sourceTimestamp } = entry.latest;
      show(entry, dataValueOf(value, badNoCommunication, sourceTimestamp ?? now, now));
    }
  }

  #dataValue(entry: Entry, value: ShownValue, quality: number, sourceTime: number, serverTime: number): DataValue {
    const { latest } = entry;
    const same = latest !== null && Object.is(entry.value, value);
    const variant = same ? latest.value : variantOf(entry.form, value);
    entry.value = value;
    // A value that is not of its tag's type says nothing, whatever its quality.
    const fits = variant.dataType !== DataType.Null || value === null;
    const serverDate = this.#dateOf(serverTime);
    const sourceDate = sourceTime === serverTime ? serverDate : new Date(sourceTime);
    return dataValueOf(variant, fits ? quality : badDecodingError, sourceDate, serverDate);
  }

  #dateOf(time: number): Date {
    if (this.#time.getTime() !== time) this.#time = new Date(time);
    return this.#time;
  }
}

function entriesOf({ tags, facts, mirrors, plan }: SkidNodes): readonly Entry[] {
  const shownAs = Map.groupBy(mirrors, ({ tag }) => tag);
  return [
    ...tags.map((node, i) => entryOf([node, ...(shownAs.get(i) ?? []).map(({ shown }) => shown)], true)),
    ...facts.map((node, i) => entryOf([node], plan.facts[i]?.scanned ?? true)),
  ];
}

function entryOf(nodes: readonly [TagNode, ...TagNode[]], scanned: boolean): Entry {
  const { form } = nodes[0].plan;
  const texts = form.kind === 'states' ? new Map(form.states.map((one) => [one.value, one.text])) : null;
  return { nodes, form, texts, scanned, value: null, latest: null, text: null };
}

function showLatest(entries: readonly Entry[]): void {
  for (const entry of entries) if (entry.latest !== null) show(entry, entry.latest);
}

function show(entry: Entry, shown: DataValue): void {
  for (const { variable, text } of entry.nodes) {
    put(variable, shown);
    if (text !== null) put(text, textOf(entry, shown));
  }
}

function textOf(entry: Entry, { value, statusCode, sourceTimestamp, serverTimestamp }: DataValue): DataValue {
  const number: unknown = value.value;
  if (entry.text === null || entry.text.number !== number) {
    const text = typeof number === 'number' ? (entry.texts?.get(number) ?? String(number)) : '';
    entry.text = { number, variant: localized(text) };
  }
  const now = new Date(0);
  return dataValueOf(entry.text.variant, statusCode.value, sourceTimestamp ?? now, serverTimestamp ?? now);
}

const nothing = new Variant(null);

/** Null where the value is not of the form's type. */
function variantOf({ kind }: VariableForm, value: ShownValue): Variant {
  switch (kind) {
    case 'number':
      return typeof value === 'number' ? scalar(DataType.Double, value) : nothing;
    case 'two-state':
      return typeof value === 'boolean' ? scalar(DataType.Boolean, value) : nothing;
    case 'states':
      return typeof value === 'number' && (value | 0) === value ? scalar(DataType.Int32, value) : nothing;
    case 'text':
      return typeof value === 'string' ? scalar(DataType.String, value) : nothing;
    case 'localized':
      return typeof value === 'string' ? localized(value) : nothing;
    case 'texts':
      return Array.isArray(value)
        ? new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value: [...(value as string[])] })
        : nothing;
  }
}
