/** The forms of our YAML files as they are written, before anything is looked up. Quantities are text with their unit. */
import { Type, type Static } from 'typebox';
import { agents, type ExposureLimit } from '../exposure.ts';
import { roles } from '../people.ts';
import { measures, safeActions } from '../safe-state.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1 });
const quantity = Type.Union([text, Type.Number()]);
const oneOf = Type.Enum;
const optional = Type.Optional;

const role = oneOf(roles);

const tag = Type.Object(
  {
    from: optional(text),
    is: optional(text),
    /** A figure that a person takes from this very skid; a twin goes by the one that stands here. */
    given: optional(quantity),
    taken: optional(
      Type.Object({ from: text, while: text, over: text, within: text, by: Type.Array(role, { minItems: 1 }) }, closed),
    ),
    title: text,
    unit: optional(text),
    range: optional(text),
    normal: optional(text),
    states: optional(Type.Union([Type.Literal('controller steps'), Type.Record(Type.String(), text)])),
    decimals: optional(Type.Integer({ minimum: 0, maximum: 9 })),
    critical: optional(Type.Boolean()),
    staleAfter: optional(text),
    history: optional(text),
    deadband: optional(Type.Number({ minimum: 0 })),
    write: optional(
      Type.Object(
        { role: Type.Union([role, Type.Array(role, { minItems: 1 })]), safe: optional(oneOf(['lower', 'raise'])) },
        closed,
      ),
    ),
  },
  closed,
);

const loop = Type.Object(
  {
    title: text,
    device: text,
    value: text,
    setpoint: text,
    workingSetpoint: optional(text),
    output: optional(text),
    mode: optional(text),
    manualOutput: optional(text),
    tracking: optional(text),
    gain: optional(text),
    integral: optional(text),
    derivative: optional(text),
  },
  closed,
);

const spectrum = Type.Object({ from: text, title: text, staleAfter: text }, closed);

const analysis = Type.Object(
  {
    title: text,
    spectrum: text,
    method: text,
    delay: optional(Type.Object({ volume: text, flow: text }, closed)),
    inputs: optional(Type.Record(Type.String(), text)),
    required: optional(Type.Boolean()),
  },
  closed,
);

const condition = { when: text, for: text, off: optional(text) };
const also = optional(Type.Array(oneOf(measures), { minItems: 1, uniqueItems: true }));
const warning = Type.Object({ ...condition, also, calls: optional(Type.Literal('flush')) }, closed);
const trip = Type.Object({ ...condition, also, action: optional(oneOf(safeActions)), armed: optional(text) }, closed);

const interlock = Type.Object(
  {
    title: text,
    vote: optional(text),
    stale: optional(Type.Union([Type.Literal('critical tags'), Type.Array(text, { minItems: 1 })])),
    armed: optional(text),
    reference: optional(
      Type.Object({ target: text, ramped: text, value: text, heating: text, within: quantity }, closed),
    ),
    warn: optional(warning),
    trip: optional(Type.Union([trip, Type.Array(trip, { minItems: 1 })])),
    action: oneOf(safeActions),
    latch: optional(Type.Boolean()),
    reset: optional(Type.Object({ away: optional(text), inspection: optional(Type.Boolean()) }, closed)),
    /** The field acts by itself; the service mirrors it. */
    mirrors: optional(Type.Boolean()),
    proofTest: optional(Type.Object({ every: text }, closed)),
    processSafetyTime: text,
    backup: optional(text),
    bypass: Type.Union([
      Type.Literal('never'),
      Type.Object({ by: Type.Array(role, { minItems: 1 }), for: text, meanwhile: text }, closed),
    ]),
    why: text,
  },
  closed,
);

export const consequences = ['injury', 'release', 'equipment damage', 'production loss'] as const;
export const urgencies = ['seconds', 'minutes', 'hours'] as const;

const alarm = Type.Object(
  {
    watch: text,
    armed: optional(text),
    limit: Type.Object(
      {
        'high-high': optional(quantity),
        high: optional(quantity),
        low: optional(quantity),
        'low-low': optional(quantity),
        deadband: optional(quantity),
        onDelay: optional(text),
        offDelay: optional(text),
      },
      closed,
    ),
    priority: Type.Object({ consequence: oneOf(consequences), urgency: oneOf(urgencies) }, closed),
    cause: text,
    consequence: text,
    response: text,
    respondWithin: text,
    suppressed: optional(Type.Array(text)),
  },
  closed,
);

export const skidSchema = Type.Object(
  {
    type: text,
    title: text,
    definition: Type.Integer({ minimum: 1 }),
    limits: optional(
      Type.Object(
        { totalFlow: optional(text), pressure: optional(text), automaticTemperature: optional(text) },
        closed,
      ),
    ),
    capabilities: optional(Type.Array(text)),
    volumes: optional(Type.Record(Type.String(), text)),
    /** Every thermometer of a wetted part. */
    wetted: optional(Type.Array(text, { minItems: 1, uniqueItems: true })),
    /** Devices and tags that are calibrated, each with its interval. */
    calibration: optional(Type.Record(Type.String(), text)),
    wasteTank: optional(Type.Object({ level: text, volume: text, full: optional(text) }, closed)),
    units: Type.Record(Type.String(), Type.Object({ title: text, modules: optional(Type.Array(text)) }, closed)),
    devices: Type.Record(
      Type.String(),
      Type.Object({ model: text, title: optional(text), watchdog: optional(text), local: optional(text) }, closed),
    ),
    tags: Type.Record(Type.String(), tag),
    loops: optional(Type.Record(Type.String(), loop)),
    spectra: optional(Type.Record(Type.String(), spectrum)),
    analyses: optional(Type.Record(Type.String(), analysis)),
    local: optional(text),
    interlocks: optional(Type.Record(Type.String(), interlock)),
    alarms: optional(Type.Record(Type.String(), alarm)),
    phases: optional(Type.Array(text)),
    page: optional(Type.Object({ overview: optional(Type.Array(text)), trend: optional(Type.Array(text)) }, closed)),
  },
  closed,
);

const jurisdictions = ['OSHA', 'ACGIH', 'EU', 'NIOSH'] as const satisfies readonly ExposureLimit['jurisdiction'][];

const zoneReading = Type.Object(
  { tag: text, surrogate: optional(Type.Boolean()), cdShare: optional(quantity) },
  closed,
);

const zone = Type.Object(
  {
    title: text,
    skids: Type.Array(text, { minItems: 1, uniqueItems: true }),
    readings: Type.Partial(Type.Record(oneOf(agents), zoneReading), closed),
  },
  closed,
);

const shared = Type.Object(
  {
    title: text,
    is: text,
    serves: Type.Array(text, { minItems: 1, uniqueItems: true }),
    use: optional(oneOf(['one', 'all'])),
    order: Type.Integer({ minimum: 1, maximum: 1000 }),
    failure: optional(oneOf(['hold', 'wait'])),
  },
  closed,
);

export const siteSchema = Type.Object(
  {
    site: text,
    title: text,
    recipes: optional(text),
    /** How long the points of history are kept: `90 d`, `for good`. */
    rawHistory: optional(text),
    skidTypes: optional(text),
    /** IANA name; with `zones`. */
    timeZone: optional(text),
    jurisdictions: optional(Type.Array(oneOf(jurisdictions), { minItems: 1, uniqueItems: true })),
    shifts: optional(Type.Array(text, { minItems: 1 })),
    /** Where people are, and what they breathe there. */
    zones: optional(Type.Record(Type.String(), zone)),
    /** Equipment that skids share. */
    shared: optional(Type.Record(Type.String(), shared)),
    skids: Type.Record(
      Type.String(),
      Type.Object(
        {
          type: text,
          title: text,
          twin: optional(
            Type.Object(
              {
                run: oneOf(['here', 'apart']),
                seed: optional(Type.Integer({ minimum: 0 })),
                port: optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
                /** Where it is steered by HTTP, on the loopback interface: faults, scripts, its hidden truth. */
                control: optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
              },
              closed,
            ),
          ),
          /** Devices of the type that this skid is not fitted with. */
          without: optional(Type.Array(text)),
          links: optional(Type.Record(Type.String(), text)),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type SkidFile = Static<typeof skidSchema>;
export type TagFile = Static<typeof tag>;
export type AnalysisFile = Static<typeof analysis>;
export type LoopFile = Static<typeof loop>;
export type WarningFile = Static<typeof warning>;
export type TripFile = Static<typeof trip>;
export type InterlockFile = Static<typeof interlock>;
export type AlarmFile = Static<typeof alarm>;
export type ZoneFile = Static<typeof zone>;
export type SharedFile = Static<typeof shared>;
export type SiteFile = Static<typeof siteSchema>;
