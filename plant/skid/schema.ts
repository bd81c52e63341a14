/** The forms of our YAML files as they are written, before anything is looked up. Quantities are text with their unit. */
import { Type, type Static } from 'typebox';
import { pointTypes, wordOrders } from '../device-model.ts';
import { roles } from '../people.ts';
import { safeActions } from '../safe-state.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1 });
const quantity = Type.Union([text, Type.Number()]);
const oneOf = Type.Enum;
const optional = Type.Optional;

const point = Type.Object(
  {
    at: Type.Integer({ minimum: 0, maximum: 65_535 }),
    type: oneOf(pointTypes),
    unit: optional(text),
    range: optional(text),
    write: optional(Type.Boolean()),
    order: optional(oneOf(wordOrders)),
    bit: optional(Type.Integer({ minimum: 0, maximum: 15 })),
    scale: optional(Type.Number()),
    offset: optional(Type.Number()),
    source: optional(text),
    verified: optional(Type.Boolean()),
  },
  closed,
);

const registerOffset = Type.Integer({ minimum: 0, maximum: 124 });

export const deviceModelSchema = Type.Object(
  {
    model: text,
    title: text,
    protocol: Type.Literal('modbus-tcp'),
    period: text,
    timeout: text,
    longestRead: optional(Type.Integer({ minimum: 1, maximum: 125 })),
    largestHole: optional(Type.Integer({ minimum: 0, maximum: 124 })),
    source: text,
    verified: Type.Boolean(),
    controller: optional(
      Type.Object(
        {
          request: text,
          requests: Type.Object(
            { none: Type.Integer(), H: Type.Integer(), Hcd: Type.Integer(), S: Type.Integer(), E: Type.Integer() },
            closed,
          ),
          heartbeat: text,
          reset: text,
          step: text,
          counter: text,
          steps: Type.Array(
            Type.Object(
              {
                value: Type.Integer({ minimum: 0, maximum: 65_535 }),
                demand: oneOf(['none', 'B', 'H', 'Hcd', 'S', 'E']),
                text,
              },
              closed,
            ),
            { minItems: 1 },
          ),
        },
        closed,
      ),
    ),
    registers: Type.Object(
      {
        holding: optional(Type.Record(Type.String(), point)),
        input: optional(Type.Record(Type.String(), point)),
        coil: optional(Type.Record(Type.String(), point)),
        discrete: optional(Type.Record(Type.String(), point)),
      },
      closed,
    ),
    forbidden: optional(
      Type.Array(
        Type.Object(
          {
            area: oneOf(['coil', 'discrete', 'holding', 'input']),
            from: Type.Integer({ minimum: 0, maximum: 65_535 }),
            to: Type.Integer({ minimum: 0, maximum: 65_535 }),
            why: text,
          },
          closed,
        ),
      ),
    ),
    ring: optional(
      Type.Object(
        {
          newest: text,
          capacity: text,
          epoch: optional(text),
          area: oneOf(['holding', 'input']),
          base: Type.Integer({ minimum: 0, maximum: 65_535 }),
          rows: Type.Integer({ minimum: 1, maximum: 65_535 }),
          rowRegisters: Type.Integer({ minimum: 1, maximum: 125 }),
          order: optional(oneOf(wordOrders)),
          sequence: registerOffset,
          time: registerOffset,
          values: Type.Record(Type.String(), Type.Object({ at: registerOffset, unit: optional(text) }, closed)),
          repeat: registerOffset,
        },
        closed,
      ),
    ),
  },
  closed,
);

const role = oneOf(roles);

const tag = Type.Object(
  {
    from: optional(text),
    is: optional(text),
    title: text,
    unit: optional(text),
    range: optional(text),
    normal: optional(text),
    states: optional(Type.Union([Type.Literal('controller steps'), Type.Record(Type.String(), text)])),
    decimals: optional(Type.Integer({ minimum: 0, maximum: 9 })),
    critical: optional(Type.Boolean()),
    staleAfter: optional(text),
    history: optional(text),
    write: optional(
      Type.Object(
        { role: Type.Union([role, Type.Array(role, { minItems: 1 })]), safe: optional(oneOf(['lower', 'raise'])) },
        closed,
      ),
    ),
  },
  closed,
);

const condition = Type.Object({ when: text, for: text }, closed);

const interlock = Type.Object(
  {
    title: text,
    vote: optional(text),
    stale: optional(Type.Union([Type.Literal('critical tags'), Type.Array(text, { minItems: 1 })])),
    armed: optional(text),
    reference: optional(
      Type.Object({ target: text, ramped: text, value: text, heating: text, within: quantity }, closed),
    ),
    warn: optional(condition),
    trip: optional(Type.Union([condition, Type.Array(condition, { minItems: 1 })])),
    action: oneOf(safeActions),
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
    units: Type.Record(Type.String(), Type.Object({ title: text, modules: optional(Type.Array(text)) }, closed)),
    devices: Type.Record(
      Type.String(),
      Type.Object({ model: text, title: optional(text), watchdog: optional(text) }, closed),
    ),
    tags: Type.Record(Type.String(), tag),
    interlocks: optional(Type.Record(Type.String(), interlock)),
    alarms: optional(Type.Record(Type.String(), alarm)),
    phases: optional(Type.Array(text)),
    page: optional(Type.Object({ overview: optional(Type.Array(text)), trend: optional(Type.Array(text)) }, closed)),
  },
  closed,
);

export const siteSchema = Type.Object(
  {
    site: text,
    title: text,
    recipes: optional(text),
    skidTypes: optional(text),
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
              },
              closed,
            ),
          ),
          links: optional(Type.Record(Type.String(), text)),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type DeviceModelFile = Static<typeof deviceModelSchema>;
export type PointFile = Static<typeof point>;
export type SkidFile = Static<typeof skidSchema>;
export type TagFile = Static<typeof tag>;
export type InterlockFile = Static<typeof interlock>;
export type AlarmFile = Static<typeof alarm>;
export type SiteFile = Static<typeof siteSchema>;
