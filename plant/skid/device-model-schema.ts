/** The forms of device models as they are written, one a protocol. */
import { Type, type Static } from 'typebox';
import { pointTypes, wordOrders } from '../device-model.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1 });
const oneOf = Type.Enum;
const optional = Type.Optional;

/** What every point may say of its value, whatever the protocol. */
const facts = {
  unit: optional(text),
  range: optional(text),
  write: optional(Type.Boolean()),
  scale: optional(Type.Number()),
  offset: optional(Type.Number()),
  source: optional(text),
  verified: optional(Type.Boolean()),
} as const;

const invalid = optional(Type.Array(Type.Number(), { minItems: 1 }));

const point = Type.Object(
  {
    at: Type.Integer({ minimum: 0, maximum: 65_535 }),
    type: oneOf(pointTypes),
    order: optional(oneOf(wordOrders)),
    bit: optional(Type.Integer({ minimum: 0, maximum: 15 })),
    bits: optional(text),
    length: optional(Type.Integer({ minimum: 1, maximum: 64 })),
    invalid,
    wears: optional(Type.Boolean()),
    function: optional(oneOf([6, 16])),
    ...facts,
  },
  closed,
);

const identity = Type.Object(
  {
    manufacturer: text,
    product: text,
    serial: optional(text),
    firmware: optional(text),
    deviceIdentification: optional(Type.Boolean()),
  },
  closed,
);

const spectrum = Type.Object(
  {
    item: text,
    x: Type.Object({ title: text, unit: text }, closed),
    y: Type.Object({ title: text, unit: optional(text) }, closed),
    column: optional(text),
    instrument: optional(Type.Record(Type.String(), text)),
    calibration: optional(Type.Object({ fact: text, taken: optional(text), maximumAge: text }, closed)),
  },
  closed,
);

/** What every model says. */
const head = {
  model: text,
  title: text,
  period: text,
  timeout: text,
  source: text,
  verified: Type.Boolean(),
  identity: optional(identity),
  spectra: optional(Type.Record(Type.String(), spectrum)),
} as const;

const registerOffset = Type.Integer({ minimum: 0, maximum: 124 });

export const registerModelSchema = Type.Object(
  {
    ...head,
    protocol: Type.Literal('modbus'),
    longestRead: optional(Type.Integer({ minimum: 1, maximum: 125 })),
    largestHole: optional(Type.Integer({ minimum: 0, maximum: 124 })),
    maskWrite: optional(Type.Boolean()),
    readWrite: optional(Type.Boolean()),
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
          measures: optional(
            Type.Object(
              {
                request: text,
                held: text,
                bits: Type.Object(
                  {
                    'divert waste': Type.Integer({ minimum: 0, maximum: 15 }),
                    'block acid': Type.Integer({ minimum: 0, maximum: 15 }),
                  },
                  closed,
                ),
              },
              closed,
            ),
          ),
          row: optional(Type.Object({ request: text, first: text }, closed)),
          diverter: optional(
            Type.Object({ request: text, waste: Type.Integer({ minimum: 0, maximum: 65_535 }) }, closed),
          ),
          flush: optional(Type.Object({ request: text, acid: Type.Integer({ minimum: 0, maximum: 65_535 }) }, closed)),
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

const exchange = Type.Object({ ask: text, answer: text }, closed);

const linePoint = Type.Object(
  {
    ask: text,
    answer: text,
    kind: optional(oneOf(['number', 'boolean', 'text'])),
    set: optional(text),
    setOn: optional(text),
    setOff: optional(text),
    confirm: optional(text),
    silent: optional(Type.Boolean()),
    bit: optional(Type.Integer({ minimum: 0, maximum: 15 })),
    invalid,
    ...facts,
  },
  closed,
);

export const lineModelSchema = Type.Object(
  {
    ...head,
    protocol: Type.Literal('line'),
    ends: Type.Object({ ask: text, answer: text }, closed),
    longestAnswer: Type.Integer({ minimum: 1, maximum: 4096 }),
    hello: Type.Object({ ask: text, answer: text, says: optional(oneOf(['product', 'serial', 'firmware'])) }, closed),
    setup: optional(Type.Array(exchange)),
    refusals: optional(
      Type.Array(Type.Object({ answer: text, means: oneOf(['configuration', 'device', 'busy']), text }, closed)),
    ),
    pause: optional(text),
    settle: optional(text),
    points: Type.Record(Type.String(), linePoint),
  },
  closed,
);

const namedPoint = Type.Object({ item: text, kind: optional(oneOf(['number', 'boolean', 'text'])), ...facts }, closed);

const points = Type.Record(Type.String(), namedPoint);

export const analyserModelSchema = Type.Object({ ...head, protocol: Type.Literal('opcua'), points }, closed);

export const spinsolveModelSchema = Type.Object(
  {
    ...head,
    protocol: Type.Literal('spinsolve'),
    points,
    measurement: Type.Object(
      {
        protocolName: text,
        options: optional(Type.Record(Type.String(), Type.Union([text, Type.Number()]))),
        folders: optional(Type.Array(Type.Object({ theirs: text, ours: text }, closed))),
        settle: text,
      },
      closed,
    ),
  },
  closed,
);

export const folderModelSchema = Type.Object(
  {
    ...head,
    protocol: Type.Literal('spectra-folder'),
    points,
    folder: Type.Object(
      {
        settle: text,
        axis: optional(
          Type.Object(
            { points: Type.Integer({ minimum: 2, maximum: 4_000_000 }), low: Type.Number(), high: Type.Number() },
            closed,
          ),
        ),
      },
      closed,
    ),
  },
  closed,
);

export type RegisterModelFile = Static<typeof registerModelSchema>;
export type LineModelFile = Static<typeof lineModelSchema>;
export type AnalyserModelFile = Static<typeof analyserModelSchema>;
export type SpinsolveModelFile = Static<typeof spinsolveModelSchema>;
export type FolderModelFile = Static<typeof folderModelSchema>;
export type RegisterPointFile = Static<typeof point>;
export type LinePointFile = Static<typeof linePoint>;
export type PointFactsFile = Pick<RegisterPointFile, keyof typeof facts>;
export type ModelHeadFile = Pick<RegisterModelFile, keyof typeof head>;
