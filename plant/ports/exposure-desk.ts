/** People's exposure: presence, dose, limits, what follows. Made by control/exposure; needed by hmi. */
import type { UtcMs } from '../clock.ts';
import type { Agent, ExposureLimit, FilterResult, Fraction, Interval, LimitKind } from '../exposure.ts';
import type { Actor } from '../people.ts';

export type ZoneView = Readonly<{
  zone: string;
  title: string;
  /** What the zone's instruments read now; null where no instrument of it is Good. */
  readings: readonly Readonly<{
    agent: Agent;
    tag: string;
    value: number | null;
    unit: string;
    /** An area instrument that stands in for the agent: indicative only. */
    surrogate: boolean;
    at: UtcMs | null;
  }>[];
  people: readonly Readonly<{ personId: string; printedName: string; since: UtcMs }>[];
  /** Why nobody may go in; null where people may. */
  entryStopped: string | null;
  evacuate: string | null;
}>;

/** One agent against one limit for one person. */
export type DoseLine = Readonly<{
  agent: Agent;
  fraction: Fraction;
  jurisdiction: ExposureLimit['jurisdiction'];
  kind: LimitKind;
  limit: number;
  unit: string;
  /** TWA: sum of C·T over 8 h so far. STEL and ceiling: the highest so far. */
  soFar: Interval;
  /** TWA: the worst rolling 8 h of the last 24; else null. */
  rolling: Interval | null;
  /** STEL: how often in the last 24 h the rolling mean was above the 8-h limit; four times, an hour apart, are allowed. Else null. */
  excursions: number | null;
  /** To the end of the shift, at what is breathed now. */
  forecast: Interval | null;
  /** 60·(8L − ΣCT)/C with the upper bound; null where nothing is breathed. */
  minutesLeft: number | null;
  /** Personal filter, or area instruments, which are indicative. */
  basis: 'personal sample' | 'indicative';
  /** Share of the presence for which there was a value. */
  measuredShare: number;
  state: 'below' | 'action level' | 'limit' | 'unknown';
  approved: boolean;
}>;

export type PersonExposure = Readonly<{
  personId: string;
  printedName: string;
  zone: string | null;
  shift: Readonly<{ from: UtcMs; to: UtcMs }>;
  lines: readonly DoseLine[];
  /** Sum of C/L of the agents that act alike (1910.1000(d)), against 1. */
  mixture: Readonly<{ value: Interval; state: DoseLine['state']; approved: boolean }> | null;
}>;

export type ExposureAnswer = Readonly<{ done: true } | { done: false; reason: string }>;

type Person = Extract<Actor, { kind: 'person' }>;

export interface ExposureDesk {
  zones(): Promise<readonly ZoneView[]>;
  people(): Promise<readonly PersonExposure[]>;
  limits(): Promise<readonly ExposureLimit[]>;
  filterResults(): Promise<readonly FilterResult[]>;
  /** By the person, by whoever keeps the log, or by a badge reader (`badge` instead of `personId`). In the record first. */
  presence(
    request: Readonly<{ personId?: string; badge?: string; zone: string | null; at?: UtcMs }>,
    actor: Actor,
  ): Promise<ExposureAnswer>;
  giveBadge(request: Readonly<{ personId: string; badge: string }>, actor: Person): Promise<ExposureAnswer>;
  addFilterResult(result: Omit<FilterResult, 'id'>, actor: Person): Promise<ExposureAnswer>;
  /** @param format `pdf` or `csv`, of the shift that `at` lies in */
  report(
    at: UtcMs,
    format: 'pdf' | 'csv',
  ): Promise<Readonly<{ fileName: string; mediaType: string; bytes: Uint8Array }>>;
}
