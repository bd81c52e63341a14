/**
 * What a strict reader makes of a line as the answer of a pump or thermostat, written apart from the product and its device
 * models, from what is published of each: Knauer AZURA (the commands of flowchem's driver), Huber PB, LAUDA, JULABO.
 *
 * No maker gives a grammar of numbers: they are taken as ISO 6093 writes them (NR1, NR2), with digits on both sides of the mark.
 */

export type Value = number | boolean | string;
export type LineVerdict =
  /** What the line says of each value it is asked for; null where it says that there is none, or none that can be. */
  | Readonly<{ kind: 'accepted'; values: Readonly<Record<string, Value | null>> }>
  /** The instrument says that it will not. */
  | Readonly<{ kind: 'refusal' }>
  | Readonly<{ kind: 'short' }>
  | Readonly<{ kind: 'refused'; why: string }>;

type Form = 'whole' | 'decimal' | 'hexadecimal' | 'word' | 'exact' | 'name' | 'text' | 'code';

/** A value that a line says: `hundredths` divides, a bit is one of a number's, a switch is 0 or 1. */
export type Said = Readonly<{
  name: string;
  by?: number;
  low?: number;
  high?: number;
  bit?: number;
  isSwitch?: true;
  unsigned?: true;
}>;

export type LineFact = Readonly<{ ask: string; before: string; form: Form; says: readonly Said[] }>;
export type LineManual = Readonly<{
  end: string;
  longest: number;
  /** How a refusal begins. */
  refusal: string | null;
  absent: readonly number[];
  facts: readonly LineFact[];
}>;

const fact = (ask: string, before: string, form: Form, ...says: readonly Said[]): LineFact => ({
  ask,
  before,
  form,
  says,
});

const knauer = (head: 10 | 50): LineManual => {
  const most = head === 10 ? 400 : 150;
  return {
    end: '\n\r',
    longest: 64,
    refusal: 'ERROR:',
    absent: [],
    facts: [
      fact('HEADTYPE?', `HEADTYPE:${head}`, 'exact'),
      fact('STARTLEVEL:0', 'STARTLEVEL:OK', 'exact'),
      fact('STARTMODE:0', 'STARTMODE:OK', 'exact'),
      fact('FLOW:1500', 'FLOW:OK', 'exact'),
      fact('FLOW?', 'FLOW:', 'whole', { name: 'flowSetpoint', by: 1000, low: 0, high: head }),
      fact('PRESSURE?', 'PRESSURE:', 'whole', { name: 'pressure', low: 0, high: head === 10 ? 420 : 160 }),
      fact(`PMAX${head}?`, `PMAX${head}:`, 'whole', { name: 'pressureMax', low: 0, high: most }),
      fact(`PMIN${head}?`, `PMIN${head}:`, 'whole', { name: 'pressureMin', low: 0, high: most }),
      fact('IMOTOR?', 'IMOTOR:', 'whole', { name: 'motorCurrent', low: 0, high: 100 }),
      fact('ERRORS?', 'ERRORS:', 'word', { name: 'lastErrors' }),
      fact('STARTMODE?', 'STARTMODE:', 'whole', { name: 'startsUnasked', isSwitch: true }),
      fact('STARTLEVEL?', 'STARTLEVEL:', 'whole', { name: 'startsWithoutContact', isSwitch: true }),
    ],
  };
};

const huberTemperature = (address: string, name: string, low?: number, high?: number): LineFact =>
  fact(`{M${address}****`, `{S${address}`, 'hexadecimal', {
    name,
    by: 100,
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  });
const huber = (address: string, ...says: readonly Said[]): LineFact =>
  fact(`{M${address}****`, `{S${address}`, 'hexadecimal', ...says);

export const manuals: Readonly<Record<string, LineManual>> = {
  'knauer-azura-10': knauer(10),
  'knauer-azura-50': knauer(50),
  'huber-pb': {
    end: '\r\n',
    longest: 16,
    refusal: null,
    // 7FFF: the address is not there; -151 °C: the probe is not.
    absent: [0x7fff, -15_100],
    facts: [
      huber('1B', { name: '', unsigned: true }),
      fact('{M0009C4', '{S00', 'hexadecimal', { name: '' }),
      huberTemperature('00', 'setpoint', -100, 300),
      huberTemperature('01', 'internalTemperature', -120, 320),
      huberTemperature('07', 'processTemperature', -120, 320),
      huber('03', { name: 'pumpPressure', low: -1000, high: 10_000 }),
      huber('04', { name: 'power', low: -30_000, high: 30_000 }),
      huber('05', { name: 'errorNumber' }),
      huber('0A', { name: 'status', unsigned: true }, { name: 'status.error', unsigned: true, bit: 8 }),
      huber('3C', { name: 'status2', unsigned: true }, { name: 'dripTrayFull', unsigned: true, bit: 5 }),
      huber('14', { name: 'controlling', isSwitch: true }),
      huber('16', { name: 'circulating', isSwitch: true }),
      huberTemperature('30', 'setpointLowest'),
      huberTemperature('31', 'setpointHighest'),
    ],
  },
  lauda: {
    end: '\r\n',
    longest: 64,
    refusal: 'ERR',
    absent: [],
    facts: [
      fact('TYPE', '', 'name'),
      fact('OUT_SP_00_25.00', 'OK', 'exact'),
      fact('IN_SP_00', '', 'decimal', { name: 'setpoint', low: -100, high: 320 }),
      fact('IN_PV_00', '', 'decimal', { name: 'bathTemperature', low: -120, high: 350 }),
      fact('IN_PV_03', '', 'decimal', { name: 'externalTemperature', low: -120, high: 350 }),
      fact('IN_PV_02', '', 'decimal', { name: 'pumpPressure', low: -1, high: 10 }),
      fact('IN_SP_01', '', 'whole', { name: 'pumpLevel', low: 1, high: 8 }),
      fact('IN_MODE_02', '', 'whole', { name: 'standby', isSwitch: true }),
      fact('STATUS', '', 'whole', { name: 'status' }),
    ],
  },
  julabo: {
    end: '\r\n',
    longest: 80,
    refusal: null,
    absent: [],
    facts: [
      fact('version', 'JULABO ', 'text'),
      fact('in_sp_00', '', 'decimal', { name: 'setpoint', low: -100, high: 320 }),
      fact('in_pv_00', '', 'decimal', { name: 'bathTemperature', low: -120, high: 350 }),
      fact('in_pv_01', '', 'decimal', { name: 'power', low: -100, high: 100 }),
      fact('in_mode_05', '', 'whole', { name: 'running', isSwitch: true }),
      fact('status', '', 'code', { name: 'status' }),
    ],
  },
};

export function judgeLine(
  received: Uint8Array,
  { ask, before, form, says }: LineFact,
  manual: LineManual,
): LineVerdict {
  let text = '';
  for (const byte of received) text += String.fromCharCode(byte);
  const at = text.indexOf(manual.end);
  if (at < 0) return text.length > manual.longest + manual.end.length ? refused('too long') : { kind: 'short' };
  if (at + manual.end.length !== text.length) return refused('bytes after its end');
  const line = text.slice(0, at);
  if (line.length > manual.longest) return refused('too long');
  for (const letter of line) if (letter < ' ' || letter > '~') return refused('a character that is not printable');
  if (manual.refusal !== null && line.startsWith(manual.refusal)) return { kind: 'refusal' };
  if (!line.startsWith(before)) return refused(`no answer to ${ask}`);
  const said = read(form, line.slice(before.length));
  if (said === null) return refused(`no ${form}`);
  return { kind: 'accepted', values: Object.fromEntries(says.map((one) => [one.name, valueOf(one, said, manual)])) };
}

const refused = (why: string): LineVerdict => ({ kind: 'refused', why });

const digits = (text: string): boolean =>
  text.length >= 1 && text.length <= 15 && Array.from(text).every((c) => c >= '0' && c <= '9');
const unsigned = (text: string): string => (text.startsWith('+') || text.startsWith('-') ? text.slice(1) : text);

function read(form: Form, text: string): number | string | null {
  switch (form) {
    case 'exact':
      return text === '' ? '' : null;
    case 'whole':
      return digits(unsigned(text)) ? Number(text) : null;
    case 'decimal': {
      const parts = unsigned(text).split('.');
      return parts.length <= 2 && parts.every(digits) ? Number(text) : null;
    }
    case 'hexadecimal': {
      if (text.length !== 4) return null;
      let value = 0;
      for (const letter of text.toUpperCase()) {
        const digit = '0123456789ABCDEF'.indexOf(letter);
        if (digit < 0) return null;
        value = 16 * value + digit;
      }
      return value;
    }
    case 'word':
      return text.length >= 1 && text.length <= 64 && !text.includes(' ') ? text : null;
    case 'name': {
      const begins = /^[A-Za-z]/u.test(text) && text.length >= 2 && text !== 'OK';
      return begins && !(text.length === 2 && text.endsWith(' ')) ? text : null;
    }
    case 'text':
      return text.length >= 1 ? text : null;
    case 'code': {
      const space = text.indexOf(' ');
      const number = text.slice(0, Math.max(0, space));
      return digits(unsigned(number)) ? Number(number) : null;
    }
  }
}

function valueOf(one: Said, said: number | string, { absent }: LineManual): Value | null {
  if (typeof said === 'string') return said;
  const raw = absent.length > 0 && one.unsigned !== true && said >= 0x8000 ? said - 0x1_0000 : said;
  // The second stands for a probe: only a temperature can be it.
  if (raw === absent[0] || (one.by === 100 && raw === absent[1])) return null;
  if (one.bit !== undefined) return Math.floor(raw / 2 ** one.bit) % 2 === 1;
  if (one.isSwitch === true) return raw === 0 || raw === 1 ? raw === 1 : null;
  const value = raw / (one.by ?? 1);
  return value >= (one.low ?? -Infinity) && value <= (one.high ?? Infinity) ? value : null;
}
