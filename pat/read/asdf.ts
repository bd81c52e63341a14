/**
 * Ordinates of JCAMP-DX: plain numbers (AFFN) and the squeezed, difference and duplicate forms (ASDF). JCAMP-DX 4.24,
 * section 5 (McDonald and Wilks, Appl. Spectrosc. 42 (1988) 151).
 */

export type Token =
  | Readonly<{ form: 'value'; value: number }>
  | Readonly<{ form: 'difference'; value: number }>
  | Readonly<{ form: 'repeat'; count: number }>;

/** An exponent has a sign, or a letter E would be the squeezed digit 5. */
const token =
  /([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]\d{1,3}(?!\d))?)|([@A-Ia-i])(\d*(?:\.\d*)?)|([%J-Rj-r])(\d*(?:\.\d*)?)|([S-Zs])(\d*)|([\s,;]+)/uy;

const squeezed = '@ABCDEFGHI';
const negative = '@abcdefghi';
const differences = '%JKLMNOPQR';
const falling = '%jklmnopqr';
const repeats = ' STUVWXYZs';

/** The tokens of one line, or null where it holds anything else. */
export function tokensOf(line: string): readonly Token[] | null {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < line.length) {
    const match = token.exec(line);
    if (match === null) return null;
    const [, plain, squeeze, squeezeRest = '', difference, differenceRest = '', repeat, repeatRest = ''] = match;
    if (plain !== undefined) tokens.push({ form: 'value', value: Number(plain) });
    else if (squeeze !== undefined)
      tokens.push({ form: 'value', value: signed(squeeze, squeezeRest, squeezed, negative) });
    else if (difference !== undefined)
      tokens.push({ form: 'difference', value: signed(difference, differenceRest, differences, falling) });
    else if (repeat !== undefined)
      tokens.push({ form: 'repeat', count: Number(`${repeats.indexOf(repeat)}${repeatRest}`) });
  }
  return tokens;
}

function signed(letter: string, rest: string, up: string, down: string): number {
  const digit = up.indexOf(letter);
  return digit >= 0 ? Number(`${digit}${rest}`) : -Number(`${down.indexOf(letter)}${rest}`);
}
