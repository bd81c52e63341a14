/** A sound skid file and device model, written to a folder of their own with one thing changed, and the faults found. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { MesolineError, type Fault } from '../../../plant/errors.ts';

export const soundDevice = `model: small-plc
title: Small controller
protocol: modbus
period: 100 ms
timeout: 500 ms
longestRead: 100
largestHole: 8
source: its interface description
verified: false
controller:
  request: request
  requests: { none: 0, H: 10, Hcd: 11, S: 20, E: 30 }
  heartbeat: heartbeat
  reset: reset
  step: step
  counter: counter
  steps:
    - { value: 0, demand: none, text: Ready }
    - { value: 10, demand: H, text: Hot hold }
    - { value: 20, demand: S, text: De-energised }
    - { value: 30, demand: E, text: Evacuate }
registers:
  holding:
    heartbeat: { at: 0, type: uint16, write: true }
    request: { at: 1, type: uint16, write: true }
    reset: { at: 2, type: uint16, write: true }
    setpoint: { at: 10, type: float32, unit: °C, range: 0..250, write: true }
  input:
    step: { at: 0, type: uint16 }
    counter: { at: 1, type: uint16 }
    flags.pump: { at: 4, type: bool, bit: 0 }
    flags.heater: { at: 4, type: bool, bit: 1 }
    temperature: { at: 10, type: float32, unit: °C, range: -20..300 }
    pressure: { at: 12, type: float32, unit: bar(g) }
    pressure2: { at: 14, type: float32, unit: bar(g) }
    flow: { at: 16, type: int16, scale: 0.01, unit: mL/min }
forbidden:
  - { area: input, from: 100, to: 119, why: Reading resets a counter. }
`;

export const soundSkid = `type: small
title: Small line
definition: 1
limits: { pressure: 18 bar(g) }
volumes: { R1: 60 mL }
units:
  R1: { title: Reactor }
  F1: { title: Feeds }
devices:
  PLC-1: { model: small-plc, watchdog: 3 s }
tags:
  R1/margin: { is: R1/P.min + 1.013 bar - psat(R1/TT-1), title: Margin, unit: bar, range: -20..25 }
  R1/P.min: { is: 'min(R1/PT-1, R1/PT-2)', title: Lower pressure, unit: bar(g), range: 0..25 }
  R1/TT-1: { from: PLC-1.temperature, title: Temperature, unit: °C, range: 0..250, normal: 150..170, critical: true, staleAfter: 1 s }
  R1/PT-1: { from: PLC-1.pressure, title: Pressure, unit: bar(g), range: 0..25, staleAfter: 3 s }
  R1/PT-2: { from: PLC-1.pressure2, title: Pressure, unit: bar(g), range: 0..25 }
  R1/SP: { from: PLC-1.setpoint, title: Set point, unit: °C, range: 0..185, write: { role: operator } }
  R1/step: { from: PLC-1.step, title: Step, states: controller steps }
  F1/FT-1: { from: PLC-1.flow, title: Flow, unit: mL/min, range: 0..50 }
  F1/run: { from: PLC-1.flags.pump, title: Pump, states: { 0: stopped, 1: running } }
interlocks:
  9:
    title: Pressure high
    vote: 1oo2 [R1/PT-1, R1/PT-2]
    armed: R1/TT-1 > 90 °C
    trip: { when: value > 16 bar(g), for: 0.5 s }
    action: S
    processSafetyTime: 10 s
    bypass: never
    why: It bursts.
  22:
    title: Stale data
    stale: critical tags
    action: H
    processSafetyTime: 10 s
    bypass: { by: [operator], for: 15 min, meanwhile: Watch it. }
    why: What is not known cannot be controlled.
alarms:
  R1/TI-1.temperature:
    watch: R1/TT-1
    limit: { high-high: 190 °C, high: 185 °C, low: 5 °C, deadband: 2 °C, onDelay: 5 s }
    priority: { consequence: production loss, urgency: hours }
    cause: The heater overshoots.
    consequence: The batch is held.
    response: Lower the set point.
    respondWithin: 10 min
    suppressed: [prime]
phases: [prime, heat-up]
page: { overview: [R1/TT-1], trend: [R1/TT-1] }
`;

const folders: string[] = [];

/** A folder that is gone after the tests of the file. */
export function folder(files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(join(tmpdir(), 'plant-'));
  folders.push(made);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(made, name, '..'), { recursive: true });
    writeFileSync(join(made, name), text);
  }
  return made;
}

afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })));

/** `text` with `old` written as `changed`; both stand for one place in it. */
export function change(text: string, old: string, changed: string): string {
  if (text.split(old).length !== 2) throw new Error(`"${old}" stands not once in the file`);
  return text.replace(old, () => changed);
}

/** The line of `text` in which `part` stands first. */
export const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

export function faultsOf(load: () => unknown): readonly Fault[] {
  try {
    load();
  } catch (thrown) {
    if (thrown instanceof MesolineError) return thrown.faults;
    throw thrown;
  }
  return [];
}
