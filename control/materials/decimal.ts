/** Sums of decimal strings without the error of binary fractions, to nine places. */
const places = 9;

/** A positive decimal with up to nine places, such as `12.5`. */
export const isAmount = (text: string): boolean => /^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?$/.test(text);

const scaled = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
};

export const isMore = (a: string, b: string): boolean => scaled(a) > scaled(b);

export const plus = (a: string, b: string): string => written(scaled(a) + scaled(b));

/** `a` − `b`, which is not more than `a`. */
export const minus = (a: string, b: string): string => written(scaled(a) - scaled(b));

function written(amount: bigint): string {
  const digits = amount.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}
