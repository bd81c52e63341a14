/**
 * The live stream into the page's memory. Every value that is drawn hangs on a signal of its own, so that a change redraws
 * that one cell. Two seconds without an event mean that the server is out of reach, whatever the browser believes.
 */
import { batch, signal, type Signal } from '@preact/signals';
import type { BatchView } from '../../../../plant/batch-view.ts';
import type { AlarmView } from '../../../../plant/ports/alarm-desk.ts';
import type { LinkView } from '../../../../plant/ports/scan-consumer.ts';
import type { LiveSample, SkidNow } from '../../../api/answers.ts';
import {
  alarmStands,
  linkLostAfterMs,
  streamEventNames,
  type InterlockSummary,
  type StreamEventName,
  type StreamEvents,
} from '../../../api/stream.ts';

export const alarms = signal<ReadonlyMap<string, AlarmView>>(new Map());
export const batches = signal<ReadonlyMap<string, BatchView>>(new Map());
export const links = signal<readonly LinkView[]>([]);
export const interlocks = signal<ReadonlyMap<string, InterlockSummary>>(new Map());
/** The server's time (UTC, ms) at the last event; ages are told by it. */
export const serverTime = signal(0);
/** Server time of the last event before the link was lost, or null while it stands. */
export const lostSince = signal<number | null>(null);
/** Whether a first snapshot has come. */
export const primed = signal(false);

const skidSignals = new Map<string, Signal<SkidNow | null>>();
const tagSignals = new Map<string, Signal<LiveSample | null>>();
const listeners = new Set<(event: StreamEvents['values']) => void>();

export const skidNow = (skid: string): Signal<SkidNow | null> => kept(skidSignals, skid);
export const tagNow = (skid: string, tag: string): Signal<LiveSample | null> => kept(tagSignals, `${skid}/${tag}`);

/** Told of every values event; for what is drawn over time. Returns how to stop. */
export function onValues(listener: (event: StreamEvents['values']) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The server's clock now. */
export const serverNow = (): number => Date.now() + serverAhead;

let source: EventSource | null = null;
let serverAhead = 0;
let lastEvent = 0;
let opened = 0;
let refused: () => void = () => undefined;

export function openStream(onRefused: () => void): void {
  refused = onRefused;
  if (source === null) connect();
}

export function closeStream(): void {
  source?.close();
  source = null;
  lastEvent = 0;
  lostSince.value = null;
  primed.value = false;
}

function connect(): void {
  source?.close();
  const own = new EventSource('/api/stream');
  source = own;
  opened = performance.now();
  if (lastEvent === 0) lastEvent = opened;
  for (const name of streamEventNames) {
    own.addEventListener(name, (event: MessageEvent<string>) => {
      if (own === source) heard(name, JSON.parse(event.data) as never);
    });
  }
  own.onerror = () => {
    // A browser gives up where the answer was no stream: the session has ended, or the server is starting.
    if (own === source && own.readyState === EventSource.CLOSED) refused();
  };
}

function heard<E extends StreamEventName>(name: E, data: StreamEvents[E]): void {
  lastEvent = performance.now();
  batch(() => {
    lostSince.value = null;
    take[name](data);
  });
}

const take: { [E in StreamEventName]: (data: StreamEvents[E]) => void } = {
  snapshot(data) {
    const { skids, ...rest } = data;
    hearTime(data.serverTime);
    for (const [skid, now] of Object.entries(skids)) takeSkid(skid, now);
    alarms.value = new Map(rest.alarms.map((alarm) => [alarm.id, alarm]));
    batches.value = new Map(rest.batches.map((one) => [one.id, one]));
    links.value = rest.links;
    interlocks.value = new Map(rest.interlocks.map((view) => [view.skid, view]));
    primed.value = true;
    for (const listener of listeners) listener(data);
  },
  values(data) {
    hearTime(data.serverTime);
    for (const [skid, now] of Object.entries(data.skids)) takeSkid(skid, now);
    for (const listener of listeners) listener(data);
  },
  alarms(data) {
    const next = new Map(alarms.value);
    for (const alarm of data) {
      if (alarmStands(alarm)) next.set(alarm.id, alarm);
      else next.delete(alarm.id);
    }
    alarms.value = next;
  },
  batches(data) {
    batches.value = new Map([...batches.value, ...data.map((one) => [one.id, one] as const)]);
  },
  links: (data) => (links.value = data),
  interlocks: (data) =>
    (interlocks.value = new Map([...interlocks.value, ...data.map((one) => [one.skid, one] as const)])),
  heartbeat: (data) => hearTime(data.serverTime),
};

function hearTime(time: number): void {
  serverAhead = time - Date.now();
  serverTime.value = time;
}

function takeSkid(skid: string, now: SkidNow): void {
  skidNow(skid).value = now;
  for (const [tag, sample] of Object.entries(now.samples)) tagNow(skid, tag).value = sample;
}

function kept<T>(map: Map<string, Signal<T | null>>, key: string): Signal<T | null> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = signal<T | null>(null);
  map.set(key, fresh);
  return fresh;
}

const reconnectAfterMs = 5000;

/** Looks four times a second; a page in the background gives its connection back, since a browser has few of them. */
setInterval(() => {
  if (source === null) return;
  const now = performance.now();
  if (now - lastEvent <= linkLostAfterMs) return;
  lostSince.value ??= serverTime.value === 0 ? Date.now() : serverTime.value;
  if (now - opened > reconnectAfterMs && !document.hidden) connect();
}, 250);

document.addEventListener('visibilitychange', () => {
  if (source === null) return;
  if (document.hidden) source.close();
  else connect();
});
