/** What a Spinsolve can be asked, read from its XML. */
import { XMLParser } from 'fast-xml-parser';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

export type SpinsolveRequest =
  | Readonly<{ kind: 'hardware' | 'protocols' | 'abort' }>
  | Readonly<{ kind: 'get'; name: 'Solvent' | 'Sample' }>
  | Readonly<{ kind: 'start'; protocol: string; options: Readonly<Record<string, string>> }>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  isArray: (name) => name === 'Option',
});

const closed = { additionalProperties: false } as const;
const nothing = Type.Literal('');
const requests = Type.Object(
  {
    Message: Type.Union([
      Type.Object({ HardwareRequest: nothing }, closed),
      Type.Object({ AvailableProtocolOptionsRequest: nothing }, closed),
      Type.Object({ Abort: nothing }, closed),
      Type.Object({ GetRequest: Type.Object({ Solvent: nothing }, closed) }, closed),
      Type.Object({ GetRequest: Type.Object({ Sample: nothing }, closed) }, closed),
      Type.Object(
        {
          Start: Type.Object(
            {
              '@protocol': Type.String({ minLength: 1 }),
              Option: Type.Optional(
                Type.Array(Type.Object({ '@name': Type.String(), '@value': Type.String() }, closed)),
              ),
            },
            closed,
          ),
        },
        closed,
      ),
    ]),
  },
  closed,
);

/** Null where it is none. */
export function readRequest(text: string): SpinsolveRequest | null {
  let parsed: unknown;
  try {
    parsed = parser.parse(text.trim());
  } catch {
    return null;
  }
  return Value.Check(requests, parsed) ? requestOf(parsed) : null;
}

function requestOf({ Message }: Static<typeof requests>): SpinsolveRequest {
  if ('HardwareRequest' in Message) return { kind: 'hardware' };
  if ('AvailableProtocolOptionsRequest' in Message) return { kind: 'protocols' };
  if ('Abort' in Message) return { kind: 'abort' };
  if ('GetRequest' in Message) return { kind: 'get', name: 'Solvent' in Message.GetRequest ? 'Solvent' : 'Sample' };
  const { '@protocol': protocol, Option = [] } = Message.Start;
  return {
    kind: 'start',
    protocol,
    options: Object.fromEntries(Option.map(({ '@name': name, '@value': value }) => [name, value])),
  };
}
