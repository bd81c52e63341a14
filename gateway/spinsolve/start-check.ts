/** Whether an instrument can be commanded, and can make the measurement that its model names. Pure. */
import type { SpinsolveModel } from '../../plant/device-model.ts';
import type { ProtocolList } from './messages.ts';

/** The first software whose remote control is known to us. */
const oldest = [1, 18, 1, 3062] as const;

/** Null where the software is new enough; else what to do. */
export function faultOfSoftware(software: string): string | null {
  const parts = /^\d+(?:\.\d+){1,3}/u.exec(software)?.[0].split('.').map(Number);
  if (parts === undefined) return `Its software says version "${software}", which is none.`;
  for (const [i, least] of oldest.entries()) {
    const part = parts[i] ?? 0;
    if (part > least) return null;
    if (part < least) return `Its software ${software} is older than ${oldest.join('.')}: update Spinsolve.`;
  }
  return null;
}

/** Null where the instrument lists the protocol and every option with its value; else what it does not know. */
export function faultOfMeasurement(
  { protocolName, options }: Pick<SpinsolveModel['measurement'], 'protocolName' | 'options'>,
  protocols: ProtocolList,
): string | null {
  const known = protocols.get(protocolName);
  if (known === undefined) return `It has no protocol "${protocolName}"; it has ${[...protocols.keys()].join(', ')}.`;
  for (const [name, value] of Object.entries(options)) {
    const values = known.get(name);
    if (values === undefined)
      return `"${protocolName}" has no option "${name}"; it has ${[...known.keys()].join(', ')}.`;
    if (values.length > 0 && !values.includes(value))
      return `"${name}" of "${protocolName}" takes ${values.join(', ')}, not ${value}.`;
  }
  return null;
}
