/**
 * Settles the units of an expression when its file is read, so that evaluation is plain arithmetic.
 *
 * Where two units measure the same thing, the right side is scaled to the left one's. °C and bar(g) count from a zero
 * point of their own, so a value in them is a *point* (a tag), a *difference* (of two points) or, for a quantity written
 * out, *either*; gauge and absolute pressure never meet unless an atmosphere is added.
 */
import type { BinaryOperator, CheckedExpression, Expression } from '../expression.ts';
import { MesolineError, mesolineError } from '../errors.ts';
import { localTag, type LocalTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import { multiplyUnits, parseUnit, pureNumber, sameDimension, unitText, zeroPointOf, type Unit } from '../units.ts';
import { parseExpression, type Parsed } from './parse.ts';
import {
  bar,
  calling,
  condition,
  gauge,
  isAtmosphere,
  isGauge,
  isOnly,
  number,
  say,
  sayUnit,
  scaled,
  span,
  type Typed,
  type TypedNumber,
} from './typed.ts';

/** What an expression may read: the unit of each tag and name (`null`: pure number; `bool`), and the volumes in mL. */
export type Scope = Readonly<{
  /** Undefined for what is no tag; `faulty` for one whose own fault has been told. */
  tagUnit(tag: string): string | null | undefined;
  tagNames: readonly string[];
  /** Bound names such as `value`. */
  names?: Readonly<Record<string, string | null>>;
  volumesMl?: Readonly<Record<string, number>>;
}>;

const functions = ['min', 'max', 'abs', 'psat', 'density', 'drag', 'volume', 'percent'];

/**
 * @param declared the unit the result must come in (it is scaled to it), `bool` for a condition; undefined takes what comes.
 * @throws MesolineError `expression-invalid`, `unit-mismatch`, `unit-unknown`, `tag-unknown`
 */
export function checkExpression(
  text: string,
  scope: Scope,
  where: string,
  declared?: string | null,
): CheckedExpression {
  const check = new Check(text, scope, where);
  const found = check.type(parseExpression(text, where));
  const typed = declared === undefined ? found : check.as(found, declared);
  const unit = typed.unit === 'bool' ? 'bool' : (declared ?? unitText(typed.unit));
  return { text, unit, root: typed.node, tags: [...check.tags] };
}

class Check {
  readonly tags = new Set<LocalTag>();
  readonly #text: string;
  readonly #scope: Scope;
  readonly #where: string;

  constructor(text: string, scope: Scope, where: string) {
    this.#text = text;
    this.#scope = scope;
    this.#where = where;
  }

  type(node: Parsed): Typed {
    switch (node.kind) {
      case 'quantity':
        return { node: number(node.value), unit: this.#unit(node.unit), nature: 'either' };
      case 'tag':
        return this.#tag(node.tag);
      case 'name':
        return this.#name(node.name);
      case 'call':
        return this.#call(node.function, node.arguments);
      case 'unary': {
        const of = this.type(node.of);
        if (node.operator === 'not') return { ...of, node: { ...node, of: this.#boolean(of, 'not').node } };
        return { ...of, node: { ...node, of: this.#number(of, '-').node } };
      }
      case 'binary':
        return this.#binary(node.operator, this.type(node.left), this.type(node.right));
    }
  }

  /** The result in the unit that was declared for it. */
  as(found: Typed, declared: string | null): Typed {
    if (declared === 'bool' || found.unit === 'bool') {
      if (declared === 'bool' && found.unit === 'bool') return found;
      throw this.#mismatch(
        declared === 'bool' ? `is ${say(found)}, not a condition` : `is a condition, not ${sayUnit(declared)}`,
        declared === 'bool' ? 'Compare it with a limit.' : 'Use percent(…), or declare no unit.',
      );
    }
    const target = this.#unit(declared);
    if (!sameDimension(found.unit, target)) {
      throw this.#mismatch(
        `comes in ${say(found)}, not in ${sayUnit(declared)}`,
        `Declare ${say(found)}, or correct it.`,
      );
    }
    this.#meet({ ...found, unit: found.unit }, { node: number(0), unit: target, nature: 'point' }, 'declared unit');
    return { node: scaled(found.node, found.unit, target), unit: target, nature: found.nature };
  }

  #unit(text: string | null): Unit {
    return text === null ? pureNumber : parseUnit(text, this.#where);
  }

  #ofUnit(node: Expression, unit: string | null): Typed {
    if (unit === 'bool') return { node, unit, nature: 'either' };
    const parsed = this.#unit(unit);
    return { node, unit: parsed, nature: zeroPointOf(parsed) === 0 ? 'either' : 'point' };
  }

  #tag(tag: string): Typed {
    const unit = this.#scope.tagUnit(tag);
    if (unit === undefined) {
      throw mesolineError(
        'tag-unknown',
        this.#where,
        `"${this.#text}" reads ${tag}, which is no tag.`,
        didYouMean(tag, this.#scope.tagNames, 'Name a tag of this file; a division has blanks around its stroke.'),
      );
    }
    if (unit === 'faulty') throw new MesolineError('tag-faulty', []);
    this.tags.add(localTag(tag));
    return this.#ofUnit({ kind: 'tag', tag: localTag(tag) }, unit);
  }

  #name(name: string): Typed {
    const names = this.#scope.names ?? {};
    const unit = Object.hasOwn(names, name) ? names[name] : undefined;
    if (unit === undefined) {
      throw this.#fault(
        `names "${name}", which means nothing here`,
        didYouMean(name, Object.keys(names), 'Write tags as UNIT/NAME.'),
      );
    }
    if (unit === 'faulty') throw new MesolineError('tag-faulty', []);
    return this.#ofUnit({ kind: 'name', name }, unit);
  }

  #call(name: string, list: readonly Parsed[]): Typed {
    if (!functions.includes(name)) {
      throw this.#fault(
        `calls "${name}", which is no function`,
        didYouMean(name, functions, `Use ${functions.join(', ')}.`),
      );
    }
    if (name === 'volume') return this.#volume(list);
    const parts = list.map((part) => this.type(part));
    if (name === 'drag') return this.#drag(parts);
    const [first] = parts;
    const most = name === 'min' || name === 'max' ? Infinity : 1;
    if (first === undefined || parts.length > most || (most > 1 && parts.length < 2)) {
      throw this.#fault(
        `gives ${name} ${parts.length} arguments`,
        most === 1 ? 'Give it one.' : 'Give it two or more.',
      );
    }
    if (name === 'percent') {
      return { node: calling(name, [this.#boolean(first, name)]), unit: parseUnit('%'), nature: 'either' };
    }
    if (name === 'psat' || name === 'density') {
      const of = this.#number(first, name);
      if (!isOnly(of, '°C')) throw this.#mismatch(`gives ${name} ${say(of)}`, 'Give it a temperature in °C.');
      return { node: calling(name, [of]), unit: parseUnit(name === 'psat' ? 'bar' : 'kg/m³'), nature: 'either' };
    }
    return this.#alike(
      name,
      parts.map((part) => this.#number(part, name)),
    );
  }

  #drag(parts: readonly Typed[]): Typed {
    const [flow, temperature, diameter] = parts.map((part) => this.#number(part, 'drag'));
    if (flow === undefined || temperature === undefined || diameter === undefined || parts.length > 3) {
      throw this.#fault(`gives drag ${parts.length} arguments`, 'Give it a flow, a temperature and a diameter.');
    }
    const [flowUnit, diameterUnit] = [parseUnit('mL/min'), parseUnit('mm')];
    if (!sameDimension(flow.unit, flowUnit)) throw this.#mismatch(`gives drag ${say(flow)}`, 'Give it a flow first.');
    if (!isOnly(temperature, '°C')) {
      throw this.#mismatch(`gives drag ${say(temperature)}`, 'Give it a temperature in °C second.');
    }
    if (!sameDimension(diameter.unit, diameterUnit)) {
      throw this.#mismatch(`gives drag ${say(diameter)}`, 'Give it a diameter third, such as 2 mm.');
    }
    const scaledParts = [
      { ...flow, node: scaled(flow.node, flow.unit, flowUnit) },
      temperature,
      { ...diameter, node: scaled(diameter.node, diameter.unit, diameterUnit) },
    ];
    return { node: calling('drag', scaledParts), unit: pureNumber, nature: 'either' };
  }

  #alike(name: string, parts: readonly TypedNumber[]): Typed {
    const [first, ...others] = parts;
    if (first === undefined) throw this.#fault(`gives ${name} nothing`, 'Give it a value.');
    const rest = others.map((part) => {
      this.#meet(first, part, name);
      return { ...part, node: scaled(part.node, part.unit, first.unit) };
    });
    const nature = parts.find((part) => part.nature !== 'either')?.nature ?? 'either';
    return { node: calling(name, [first, ...rest]), unit: first.unit, nature };
  }

  #volume(list: readonly Parsed[]): Typed {
    const [unitName] = list;
    const volumes = this.#scope.volumesMl ?? {};
    if (list.length !== 1 || unitName?.kind !== 'name' || !Object.hasOwn(volumes, unitName.name)) {
      const named = unitName?.kind === 'name' ? unitName.name : '…';
      throw this.#fault(
        `asks volume(${named}), which the file does not give`,
        didYouMean(named, Object.keys(volumes), `Write it under "volumes".`),
      );
    }
    return { node: number(volumes[unitName.name] ?? NaN), unit: parseUnit('mL'), nature: 'either' };
  }

  #binary(operator: BinaryOperator, left: Typed, right: Typed): Typed {
    switch (operator) {
      case 'and':
      case 'or':
        return condition(operator, this.#boolean(left, operator), this.#boolean(right, operator));
      case '=':
      case '!=':
        if (left.unit === 'bool' && right.unit === 'bool') return condition(operator, left, right);
        return this.#compare(operator, this.#number(left, operator), this.#number(right, operator));
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#compare(operator, this.#number(left, operator), this.#number(right, operator));
      case '*':
      case '/':
        return this.#product(operator, this.#number(left, operator), this.#number(right, operator));
      case '+':
      case '-':
        return this.#sum(operator, this.#number(left, operator), this.#number(right, operator));
    }
  }

  #compare(operator: BinaryOperator, left: TypedNumber, right: TypedNumber): Typed {
    this.#meet(left, right, operator);
    return condition(operator, left, { ...right, node: scaled(right.node, right.unit, left.unit) });
  }

  #product(operator: '*' | '/', left: TypedNumber, right: TypedNumber): Typed {
    const node: Expression = { kind: 'binary', operator, left: left.node, right: right.node };
    for (const [part, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (part.nature !== 'point') continue;
      if (other.unit.size === 0 && (operator === '*' || part === left))
        return { node, unit: part.unit, nature: 'point' };
      throw this.#mismatch(
        `has ${say(part)} in a product, though it counts from a zero point of its own`,
        part.unit.has('°C')
          ? 'Take a difference of two temperatures.'
          : 'Take a difference, or add 1.013 bar to make it absolute.',
      );
    }
    return {
      node,
      unit: multiplyUnits(span(left.unit), span(right.unit), operator === '*' ? 1 : -1),
      nature: 'either',
    };
  }

  #sum(operator: '+' | '-', left: TypedNumber, right: TypedNumber): Typed {
    const node: Expression = { kind: 'binary', operator, left: left.node, right: right.node };
    const [leftGauge, rightGauge] = [isGauge(left), isGauge(right)];
    if (leftGauge !== rightGauge && sameDimension(left.unit, right.unit)) {
      const absolute = leftGauge ? right : left;
      const step = scaled(absolute.node, absolute.unit, bar);
      const made: Expression = leftGauge ? { ...node, right: step } : { ...node, left: step };
      if (absolute.nature === 'difference' && (operator === '+' || leftGauge))
        return { node: made, unit: gauge, nature: 'point' };
      if (operator === '+' && isAtmosphere(step)) return { node: made, unit: bar, nature: 'either' };
      throw this.#mismatch(
        `takes ${say(left)} ${operator} ${say(right)}, gauge with absolute pressure`,
        operator === '+'
          ? 'Add an atmosphere (1.013 bar) to make it absolute, or write a difference in bar(g).'
          : 'Add 1.013 bar to the gauge pressure first.',
      );
    }
    if (isOnly(left, '°C') && isOnly(right, 'K')) return { ...left, node };
    this.#meet(left, right, operator);
    const made: Expression = { ...node, right: scaled(right.node, right.unit, left.unit) };
    if (operator === '-' && left.nature === 'point' && right.nature === 'point') {
      return { node: made, unit: leftGauge ? bar : left.unit, nature: 'difference' };
    }
    const natures = [left.nature, right.nature];
    const both = natures.every((nature) => nature === 'difference') ? 'difference' : 'either';
    return { node: made, unit: left.unit, nature: natures.includes('point') ? 'point' : both };
  }

  /** Refuses what does not measure the same, or counts from another zero point. */
  #meet(left: TypedNumber, right: TypedNumber, operator: string): void {
    if (!sameDimension(left.unit, right.unit)) {
      throw this.#mismatch(
        `puts ${say(left)} and ${say(right)} together by "${operator}"`,
        'Bring both sides to the same kind of quantity.',
      );
    }
    if (isGauge(left) !== isGauge(right)) {
      throw this.#mismatch(
        `puts ${say(left)} and ${say(right)} together by "${operator}", gauge with absolute pressure`,
        'Add 1.013 bar to the gauge pressure.',
      );
    }
    const celsiusAndKelvin =
      left.unit.has('°C') !== right.unit.has('°C') && (zeroPointOf(left.unit) !== 0 || zeroPointOf(right.unit) !== 0);
    if (!celsiusAndKelvin || left.nature === 'difference' || right.nature === 'difference') return;
    throw this.#mismatch(
      `puts ${say(left)} and ${say(right)} together by "${operator}", which count from different zero points`,
      'Write both in °C.',
    );
  }

  #boolean(typed: Typed, by: string): Typed {
    if (typed.unit === 'bool') return typed;
    throw this.#mismatch(`gives "${by}" ${say(typed)}`, 'Give it a condition, such as a comparison.');
  }

  #number(typed: Typed, by: string): TypedNumber {
    if (typed.unit !== 'bool') return { ...typed, unit: typed.unit };
    throw this.#mismatch(`gives "${by}" a condition`, 'Give it a number; percent(…) makes one of a condition.');
  }

  #mismatch(problem: string, remedy: string): MesolineError {
    return mesolineError('unit-mismatch', this.#where, `"${this.#text}" ${problem}.`, remedy);
  }

  #fault(problem: string, remedy: string): MesolineError {
    return mesolineError('expression-invalid', this.#where, `"${this.#text}" ${problem}.`, remedy);
  }
}
