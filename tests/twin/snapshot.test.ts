import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds, monotonic } from '../../plant/clock.ts';
import { createSkidLine, type SkidLine } from '../../twin/line/skid-line.ts';
import { digestOf } from '../../twin/runs/snapshot.ts';
import { fromJson, toJson } from '../../twin/runs/state-form.ts';
import { model, parameters } from './skid-in-hand.ts';

const seed = 7;
const make = (): SkidLine => createSkidLine({ model, parameters, watchdog: milliseconds(3000), seed });

/** Runs it from a cycle to another with the heartbeat beating, as a service does; wall and process time are one. */
function run(skid: SkidLine, cycles: number): void {
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const now = monotonic(skid.state().cycle * 50);
    if (skid.state().cycle % 4 === 0) skid.write(new Map([['serviceHeartbeat', skid.state().cycle % 65_536]]), now);
    skid.step(now);
  }
}

const now = (skid: SkidLine) => monotonic(skid.state().cycle * 50);

const busy = (): SkidLine => {
  const skid = make();
  skid.script([
    { atS: 3, message: { fault: 'sensor-drift', point: 'reactorPressureA', perMin: 0.5 } },
    { atS: 4, message: { fault: 'sensor-stuck', point: 'feedPressure' } },
    { atS: 5, message: { fault: 'leak', place: 'reactor', mlPerMin: 1 } },
    { atS: 40, message: { fault: 'sensor-nan', point: 'h2s.2' } },
  ]);
  run(skid, 20);
  skid.write(new Map([['resetPulse', 1]]), now(skid));
  run(skid, 1);
  const set = { backPressureSetpoint: 12, chalcogenFlowSetpoint: 20, cadmiumFlowSetpoint: 20, reactorSetpoint: 120 };
  skid.write(new Map(Object.entries(set)), now(skid));
  run(skid, 600);
  return skid;
};

type State = { line: Record<string, Record<string, unknown>>; digest: string };

/** As somebody would write it who knows how the digest is made. */
const resealed = (state: State): string =>
  JSON.stringify({ ...state, digest: digestOf(JSON.stringify({ ...state, digest: undefined })) });

const { text: saved, later } = (() => {
  const skid = busy();
  const text = skid.save(now(skid));
  run(skid, 400);
  return { text, later: skid.save(now(skid)) };
})();

describe('a saved state', () => {
  it('goes on exactly as if it had never stopped', () => {
    const again = make();
    again.load(saved, monotonic(621 * 50));
    run(again, 400);
    expect(again.save(now(again))).toBe(later);
  });

  it('is not changed by being saved and loaded', () => {
    const again = make();
    again.load(saved, monotonic(123_456));
    expect(again.save(monotonic(123_456))).toBe(saved);
  });

  it('goes on the same from any cycle, whatever is wrong with the skid', () => {
    const fault = fc.constantFrom(
      { fault: 'sensor-drift', point: 'reactorTemperatureA', perMin: 2 },
      { fault: 'sensor-stuck', point: 'cadmiumFlow' },
      { fault: 'sensor-nan', point: 'feedPH.1' },
      { fault: 'check-valve', pump: 'cadmium', share: 0.4 },
      { fault: 'air-bubble', pump: 'chalcogen', ml: 2 },
      { fault: 'clog-step', factor: 3 },
      { fault: 'leak', place: 'feed', mlPerMin: 4 },
      { fault: 'emergency-stop' },
      { fault: 'blocked-outlet' },
      { fault: 'clear' },
    );
    const act = fc.record({ fault, cycles: fc.integer({ min: 1, max: 80 }) });
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 4 }), fc.nat(), (acts, stop) => {
        const [through, stopped] = [make(), make()];
        for (const skid of [through, stopped]) skid.load(saved, monotonic(621 * 50));
        acts.forEach(({ fault: message, cycles }, index) => {
          for (const skid of [through, stopped]) skid.fault(message);
          run(through, cycles);
          const before = index === stop % acts.length ? stop % cycles : cycles;
          run(stopped, before);
          const again = make();
          again.load(stopped.save(now(stopped)), now(stopped));
          run(again, cycles - before);
          stopped.load(again.save(now(again)), now(again));
        });
        expect(stopped.save(now(stopped))).toBe(through.save(now(through)));
      }),
      { numRuns: 15 },
    );
  });

  it('brings its own seed', () => {
    const other = createSkidLine({ model, parameters, watchdog: milliseconds(3000), seed: seed + 1 });
    other.load(saved, monotonic(621 * 50));
    run(other, 400);
    expect(other.save(now(other))).toBe(later);
  });

  it('keeps how long the service has been silent', () => {
    const skid = make();
    run(skid, 30);
    const at = now(skid);
    const silent = monotonic(at + 2000);
    const again = make();
    again.load(skid.save(silent), monotonic(50_000));
    expect(again.state().controller.heartbeatChanged).toBeLessThanOrEqual(48_000);
  });

  const altered = (from: string | RegExp, to: string): string => {
    const text = saved.replace(from, to);
    expect(text).not.toBe(saved);
    return text;
  };

  it.each([
    ['cut off', () => saved.slice(0, -100), /JSON/u],
    ['altered', () => altered('"cycle":', '"cycle":1'), /digest/u],
    ['of another version', () => altered('"version": 2', '"version": 1'), /version/u],
    ['with another seed', () => altered(`"seed": ${seed}`, `"seed": ${seed + 1}`), /digest/u],
    ['of a model by another name', () => altered(/"model": "./u, '"model": "x'), /digest/u],
    ['with more than was saved', () => altered('"seed"', '"note": "mine", "seed"'), /digest/u],
    ['of another skid', () => altered(parameters.skidType, 'other-skid'), /other-skid/u],
    ['of another register map', () => altered(/"modelDigest": "./u, '"modelDigest": "x'), /device model/u],
    ['of other parameters', () => altered(/"parametersDigest": "./u, '"parametersDigest": "x'), /parameters/u],
    ['no state at all', () => '[]', /state/u],
    ['nothing', () => '', /JSON/u],
  ])('is refused when it is %s, and nothing has changed', (_, text, says) => {
    const skid = make();
    run(skid, 5);
    const before = skid.state();
    expect(() => skid.load(text(), monotonic(0))).toThrow(says);
    expect(skid.state()).toBe(before);
  });

  it.each([
    ['something', (line: Record<string, Record<string, unknown>>) => delete line['enclosure']!['trayMl'], /trayMl/u],
    ['a kind', (line: Record<string, Record<string, unknown>>) => (line['enclosure']!['trayMl'] = 'wet'), /string/u],
    [
      'a fault',
      (line: Record<string, unknown>) => (line['standing'] = [{ key: 'x', message: { fault: 'x' } }]),
      /"x"/u,
    ],
  ])('is refused when it was saved by a twin that knows %s else', (_, change, says) => {
    const state = JSON.parse(saved) as State;
    change(state.line);
    expect(() => make().load(resealed(state), monotonic(0))).toThrow(says);
  });

  it.each([
    ['nothing where the process was', ['process'], null],
    ['no temperature', ['process', 'heat', 'fluidC'], null],
    ['a temperature that is no number', ['process', 'heat', 'fluidC'], { $number: 'NaN' }],
    ['pressure without end', ['process', 'hydraulics', 'outletBarG'], { $number: 'Infinity' }],
    ['a word where a time was', ['controller', 'heartbeatChanged'], 'now'],
    ['a script of nothing', ['script'], [null]],
    ['a script without times', ['script'], [{ message: { fault: 'air-loss' } }]],
    ['faults at no key', ['standing'], [{ message: { fault: 'air-loss' } }]],
    ['what is no list', ['standing'], { length: 1 }],
    ['an instrument that is stuck at a word', ['instruments', 'held'], { feedPressure: 'high' }],
  ] as const)('is refused when somebody made it up with %s, digest and all', (_, path, value) => {
    const state = JSON.parse(saved) as State;
    const parent = path
      .slice(0, -1)
      .reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, state.line);
    parent[path.at(-1)!] = value;
    const skid = make();
    const before = skid.state();
    expect(() => skid.load(resealed(state), monotonic(0))).toThrow(
      expect.objectContaining({ code: 'twin-state-invalid' }),
    );
    expect(skid.state()).toBe(before);
  });

  it('is refused when its amounts are no numbers, or it is nested without end', () => {
    const state = JSON.parse(saved) as State;
    const liquid = state.line['process']!['liquid'] as { bytes: string };
    const amounts = new Float64Array(Uint8Array.from(Buffer.from(liquid.bytes, 'base64')).buffer);
    amounts[3] = Number.NaN;
    liquid.bytes = Buffer.from(amounts.buffer).toString('base64');
    const invalid = expect.objectContaining({ code: 'twin-state-invalid' }) as Error;
    expect(() => make().load(resealed(state), monotonic(0))).toThrow(invalid);
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(() => make().load(saved.replace(/"line": .*/u, `"line": ${deep}`), monotonic(0))).toThrow(invalid);
  });
});

describe('a state as JSON', () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, Infinity, -Infinity));
  const leaf = fc.oneof(
    number,
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.float64Array(),
    fc.float32Array(),
    fc.int32Array(),
    fc.uint8Array(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/u), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  it('loses nothing', () => {
    fc.assert(
      fc.property(value, (state) => {
        expect(fromJson(JSON.parse(JSON.stringify(toJson(state))))).toStrictEqual(state);
      }),
      { numRuns: 300 },
    );
  });

  it.each([[new Set([1])], [new Map()], [() => 1], [Symbol('x')], [undefined], [1n]])('holds no %s', (thing) => {
    expect(() => toJson({ thing })).toThrow(TypeError);
  });
});
