/** Messages of a Spinsolve's remote control, right and damaged, fed to what cuts them out of the stream and reads them. */
import { heard, nothingKnown, states } from '../../../gateway/spinsolve/measuring.ts';
import { MessageStream } from '../../../gateway/spinsolve/message-stream.ts';
import { readMessage, type SpinsolveMessage } from '../../../gateway/spinsolve/messages.ts';
import { guarded, judged, type FuzzCore, type Judged } from './fuzz-core.ts';
import { mutations } from './fuzz-mutations.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import { judgeSpinsolve } from './strict-oracle-spinsolve.ts';

const protocols = ['1D PHOSPHORUS', '1D PROTON', 'SHIM'];
const head = '<?xml version="1.0" encoding="utf-8"?>\r\n';

export function rightMessage(random: FuzzRandom): string {
  const message = (body: string): string =>
    `${random.chance(0.8) ? head : ''}<Message>${random.chance(0.2) ? '\r\n  ' : ''}${body}</Message>${random.pick(['\r\n', '\n', ''])}`;
  const notice = (body: string): string =>
    message(`<StatusNotification timestamp="11:42:07">${body}</StatusNotification>`);
  const protocol = random.pick(protocols);
  const folder = `dataFolder="C:\\Data\\${random.between(1, 9999)}-${protocol}"`;
  switch (random.between(1, 9)) {
    case 1:
    case 2: {
      const serial = random.chance(0.5) ? `<SerialNumber>SPA-${random.between(1, 9999)}</SerialNumber>` : '';
      return message(
        `<HardwareResponse><ConnectedToHardware>${random.chance(0.8)}</ConnectedToHardware><SpinsolveSoftware>1.18.1.${random.between(3062, 4000)}</SpinsolveSoftware>${serial}</HardwareResponse>`,
      );
    }
    case 3:
      return message(
        `<AvailableProtocolOptionsResponse><Protocol protocol="${protocol}"><Option name="Number"><Value>1</Value><Value>4</Value></Option></Protocol></AvailableProtocolOptionsResponse>`,
      );
    case 4:
      return notice(
        `<State protocol="${protocol}" status="${random.pick(['Running', 'Ready', 'Stopping'])}" ${folder}/>`,
      );
    case 5:
      return notice(
        `<Progress protocol="${protocol}" percentage="${random.between(0, 100)}" secondsRemaining="${random.between(0, 900)}"/>`,
      );
    case 6: {
      const well = random.chance(0.7);
      return notice(`<Completed protocol="${protocol}" completed="${well}" successful="${well}" ${folder}/>`);
    }
    case 7:
      return notice(`<Error protocol="${protocol}" error="The device is busy &amp; hot"/>`);
    case 8:
      return message(`<GetResponse><Solvent>D2O &#176;&lt;${random.between(1, 99)}</Solvent></GetResponse>`);
    default:
      return message(
        random.chance(0.5)
          ? '<CheckShimResponse result="ok"/>'
          : `<QuickShimResponse>${random.between(1, 99)}</QuickShimResponse>`,
      );
  }
}

/** Damage that leaves it XML, or nearly. */
const xmlMutations: Readonly<Record<string, (text: string, other: string, random: FuzzRandom) => string>> = {
  'an attribute missing': (text, _, random) => removed(text, / [a-zA-Z]+="[^"]*"/gu, random),
  'an attribute twice': (text) => text.replace(/( [a-zA-Z]+="[^"]*")(\/?>)/u, '$1$1$2'),
  'an element missing': (text, _, random) => removed(text, /<([A-Z]\w*)>[^<]*<\/\1>/gu, random),
  'an element twice': (text) => text.replace(/<([A-Z]\w*)>([^<]*)<\/\1>/u, '<$1>$2</$1><$1>$2x</$1>'),
  'an element within a text': (text) => text.replace(/>([^<]{2,})</u, '>$1<Part/><'),
  'a number that is none': (text, _, random) =>
    text.replace(/"\d+"/u, () => `"${random.pick(['-1', '1e2', '101', '', '0x10', '1,5', '1.', ' 7', '٣'])}"`),
  'a truth that is none': (text, _, random) =>
    text.replace(/true|false/u, () => random.pick(['True', 'TRUE', '1', '', 'yes', ' true'])),
  'another end': (text, _, random) => text.replace(/<\/[A-Z]\w*>/u, () => random.pick(['</A>', '</>', '', '<A>'])),
  'a message within another': (text, other) => text.replace('</Message>', () => `${other}</Message>`),
  'what messages never have': (text, _, random) =>
    text.replace('<Message>', () =>
      random.pick([
        '<!DOCTYPE Message [<!ENTITY a "b">]><Message>',
        '<Message><!-- -->',
        '<Message><![CDATA[x]]>',
        '<Message><?p?>',
        '<Message>&a;',
        '<Message>&#0;',
        '<Message>]]>',
        'x<Message>',
        '<Message x=y>',
        '<Message\t>',
        '<Message xmlns="urn:a">',
      ]),
    ),
  'another encoding said': (text, _, random) =>
    text.replace('utf-8', () => random.pick(['UTF-8', 'utf-16', 'latin1', '"', ''])),
};

function removed(text: string, what: RegExp, random: FuzzRandom): string {
  const found = [...text.matchAll(what)];
  if (found.length === 0) return text;
  const { 0: part, index } = random.pick(found);
  return text.slice(0, index) + text.slice(index + part.length);
}

export class SpinsolveCore implements FuzzCore {
  readonly name = 'Spinsolve';
  #other = `${head}<Message><CheckShimResponse/></Message>`;

  step(random: FuzzRandom): Judged {
    const { kind, bytes } = this.#message(random);
    const stream = new MessageStream();
    const facts: unknown[] = [];
    let [refused, measuring] = [false, nothingKnown];
    const crash = guarded(() => {
      for (const chunk of random.chunks(bytes)) {
        const texts = stream.take(chunk);
        if (texts === null) refused = true;
        for (const text of texts ?? []) {
          const message = readMessage(text);
          if (message === null) refused = true;
          if (refused || message === null) break;
          measuring = heard(measuring, message);
          facts.push(factOf(message));
        }
        // The connection ends with the first that is none.
        if (refused) break;
      }
    });
    const strict = judgeSpinsolve(bytes);
    const takes = strict.kind === 'accepted' && strict.facts.length > 0;
    const due = takes
      ? ({ fate: 'accepted', value: strict.facts } as const)
      : ({ fate: strict.kind === 'accepted' ? 'waiting' : 'refused', value: null } as const);
    if (crash !== null) return judged(kind, bytes, { fate: 'crashed', value: null, why: crash }, due);
    const fate = refused ? 'refused' : facts.length > 0 ? 'accepted' : 'waiting';
    const known = measuring.state === null || Object.values<number>(states).includes(measuring.state);
    return judged(kind, bytes, { fate, value: refused || !known ? null : facts }, due);
  }

  #message(random: FuzzRandom): Readonly<{ kind: string; bytes: Buffer }> {
    const text = rightMessage(random);
    const other = this.#other;
    this.#other = text;
    const chance = random.unit();
    if (chance < 0.15) return { kind: 'valid', bytes: Buffer.from(text) };
    if (chance < 0.55) {
      const kind = random.pick(Object.keys(xmlMutations));
      return { kind, bytes: Buffer.from(xmlMutations[kind]!(text, other, random)) };
    }
    const kind = random.pick(Object.keys(mutations).filter((name) => name !== 'valid'));
    return { kind, bytes: mutations[kind]!(Buffer.from(text), Buffer.from(other), random) };
  }
}

/** What of a message bears on any value, in the words of the strict reader. */
function factOf(message: SpinsolveMessage): unknown {
  switch (message.kind) {
    case 'hardware': {
      const { connected, software, type, serial } = message;
      return { kind: 'hardware', connected, software, type, serial };
    }
    case 'state': {
      const { protocol, status, dataFolder, error } = message;
      const known = heard(nothingKnown, message) !== nothingKnown;
      return known ? { kind: 'state', protocol, status, dataFolder, error } : { kind: 'other' };
    }
    case 'error':
    case 'other':
    case 'protocols':
      return { kind: message.kind };
    default:
      return message;
  }
}
