/** Bits and codes of what is made of history. */

/** Bits of a status code that says how a historical value was made (Part 11, 6.3; Part 4, 7.39.1). */
export const historianBits = {
  calculated: 0x401,
  interpolated: 0x402,
  raw: 0x400,
  partial: 0x404,
  multiValue: 0x410,
} as const;

export const badNoData = 0x809b_0000;
export const uncertainDataSubNormal = 0x40a4_0000;
export const badBits = 0x8000_0000;
