/**
 * What the bytes of a device that speaks in lines mean for the request under way. Pure, and strict: one line, printable,
 * not longer than the device's longest, ended as its model says, with nothing after it.
 */
import { readLine, type Template } from '../../plant/line-template.ts';
import type { LineRefusal } from '../../plant/device-model.ts';

export type LineForm = Readonly<{ end: Buffer; longest: number }>;

export type Received =
  | Readonly<{ kind: 'incomplete' }>
  | Readonly<{ kind: 'line'; line: string }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

/** Looks at everything that came since the request. */
export function inspectBytes(bytes: Buffer, { end, longest }: LineForm): Received {
  const at = bytes.indexOf(end);
  const body = at < 0 ? bytes.subarray(0, bytes.length - begunEnd(bytes, end)) : bytes.subarray(0, at);
  const strange = body.find((byte) => byte < 0x20 || byte > 0x7e);
  if (strange !== undefined)
    return { kind: 'malformed', reason: `the byte 0x${strange.toString(16).padStart(2, '0')} within a line` };
  if (body.length > longest) return { kind: 'malformed', reason: `a line of more than ${longest} characters` };
  if (at < 0) return { kind: 'incomplete' };
  const surplus = bytes.length - at - end.length;
  if (surplus > 0) return { kind: 'malformed', reason: `${surplus} bytes after its answer` };
  return { kind: 'line', line: body.toString('latin1') };
}

/** How many of the last bytes may be the beginning of the end of the line. */
function begunEnd(bytes: Buffer, end: Buffer): number {
  for (let length = Math.min(end.length - 1, bytes.length); length > 0; length -= 1)
    if (bytes.subarray(bytes.length - length).equals(end.subarray(0, length))) return length;
  return 0;
}

export type Refusal = LineRefusal & Readonly<{ template: Template }>;

export type Judged =
  | Readonly<{ kind: 'answer'; raw: number | string | null }>
  | Readonly<{ kind: 'refused'; refusal: LineRefusal }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

/** What a line says to a request whose answer has this template. */
export function judgeLine(line: string, answer: Template, refusals: readonly Refusal[]): Judged {
  const refusal = refusals.find(({ template }) => readLine(template, line) !== null);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  const said = readLine(answer, line);
  if (said !== null) return { kind: 'answer', raw: said.raw };
  return { kind: 'malformed', reason: `"${line}", which is no answer to what was asked` };
}
