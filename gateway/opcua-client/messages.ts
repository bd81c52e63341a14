/** What passes between the driver and the thread that holds an analyser's session; all of it structured-cloneable. */

export type AnalyserSetup = Readonly<{
  name: string;
  endpoint: string;
  periodMs: number;
  timeoutMs: number;
  /** Keys and certificates of our own as a client, and what is pinned of servers. */
  pkiFolder: string;
  points: readonly Readonly<{ item: string; kind: 'number' | 'boolean' | 'text' }>[];
  spectra: readonly string[];
}>;

/** Which point, its value, its StatusCode as the server gave it, and its source time where it gave one. */
export type PointNews = readonly [
  point: number,
  value: number | boolean | string | null,
  status: number,
  sourceTime: number | null,
];

export type SpectrumNews = Readonly<{
  spectrum: number;
  status: number;
  /** Null where the server gave none, or no curve along an axis. */
  curve: Readonly<{ x: Float64Array; y: Float64Array; unit: string | null; digest: string }> | null;
  sourceTime: number | null;
  fault: string | null;
}>;

export type FromAnalyser =
  | Readonly<{ kind: 'connected'; encrypted: boolean; latencyMs: number }>
  /** `silent`: it was connected, and has not been heard in time. */
  | Readonly<{ kind: 'lost'; silent: boolean; reason: string }>
  /** Sent with everything that comes, and with every keep-alive: what was said last still holds. */
  | Readonly<{ kind: 'news'; points: readonly PointNews[]; spectra: readonly SpectrumNews[] }>
  | Readonly<{ kind: 'log'; level: 'info' | 'warn'; message: string; fields: object }>;

/** The only thing it is told: to close its session and end. */
export type ToAnalyser = Readonly<{ kind: 'stop' }>;
