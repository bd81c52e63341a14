/** An OPC UA StatusCode (Part 4, 7.39; values from the OPC Foundation's StatusCode.csv), carried unchanged from the field to the page. */
export type Quality = number & { readonly opcua: 'StatusCode' };

export const good = 0x0000_0000 as Quality;
/** The last value is shown because nothing newer has come. */
export const uncertainLastUsableValue = 0x4090_0000 as Quality;
export const bad = 0x8000_0000 as Quality;
export const badNoCommunication = 0x8031_0000 as Quality;
export const badWaitingForInitialData = 0x8032_0000 as Quality;
export const badConfigurationError = 0x8089_0000 as Quality;
export const badNotConnected = 0x808a_0000 as Quality;
export const badDeviceFailure = 0x808b_0000 as Quality;
export const badSensorFailure = 0x808c_0000 as Quality;
export const badOutOfService = 0x808d_0000 as Quality;
export const badTimeout = 0x800a_0000 as Quality;
export const badDecodingError = 0x8007_0000 as Quality;
/** Nothing was kept of this time. */
export const badNoData = 0x809b_0000 as Quality;
export const badNotSupported = 0x803d_0000 as Quality;
export const badOutOfRange = 0x803c_0000 as Quality;
/** Two people hold it at this value; the field says something else, or nothing. */
export const goodLocalOverride = 0x0096_0000 as Quality;

const names: ReadonlyMap<number, string> = new Map([
  [good, 'Good'],
  [uncertainLastUsableValue, 'UncertainLastUsableValue'],
  [bad, 'Bad'],
  [badNoCommunication, 'BadNoCommunication'],
  [badWaitingForInitialData, 'BadWaitingForInitialData'],
  [badConfigurationError, 'BadConfigurationError'],
  [badNotConnected, 'BadNotConnected'],
  [badDeviceFailure, 'BadDeviceFailure'],
  [badSensorFailure, 'BadSensorFailure'],
  [badOutOfService, 'BadOutOfService'],
  [badTimeout, 'BadTimeout'],
  [badDecodingError, 'BadDecodingError'],
  [badNoData, 'BadNoData'],
  [badNotSupported, 'BadNotSupported'],
  [badOutOfRange, 'BadOutOfRange'],
  [goodLocalOverride, 'GoodLocalOverride'],
]);

/** The two top bits say Good (00), Uncertain (01) or Bad (10). */
export const isGood = (quality: Quality): boolean => quality >>> 30 === 0;
export const isBad = (quality: Quality): boolean => quality >>> 30 >= 2;

/** Good, Good but held by people, Uncertain, Bad: what is made of a held value has to say so. */
const badness = (quality: Quality): number =>
  (quality >>> 30) * 2 + (quality >>> 16 === goodLocalOverride >>> 16 ? 1 : 0);
export const isWorse = (one: Quality, than: Quality): boolean => one !== than && badness(one) > badness(than);

/** The quality of something made of parts: the first of the worst of them. Nothing at all is Bad. */
export function worstQuality(parts: readonly Quality[]): Quality {
  let worst: Quality | null = null;
  for (const part of parts) if (worst === null || isWorse(part, worst)) worst = part;
  return worst ?? bad;
}

/** The code's name where the house knows it, else its number in hexadecimal. */
export const qualityName = (quality: Quality): string =>
  names.get(quality) ?? `0x${(quality >>> 0).toString(16).padStart(8, '0')}`;
