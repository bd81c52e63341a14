/** Small recipes that meet everything a procedure can have. */
const head = (name: string, needs: string, more: string): string => `recipe: ${name}
title: ${name}
needs: [two-stage, selenium, diverter${needs}]
batch: { by: collected volume, target: 120 mL, bounds: 100..140 mL }
formula:
  temperature: { value: 160 °C, range: 150..170, proven: 145..175, critical: true }
  residenceTime: { value: 50 s, range: 45..60, proven: 45..60, critical: true }
  seToTcep: { value: 1.2, range: 1.1..1.3 }
  cdToSe: { value: 1.0, range: 0.95..1.05 }
  mpaToCd: { value: 2.4, range: 2.2..2.6 }
  backPressure: { value: 12 bar(g), range: 10..14 }
  conversion: { at least: 95 %, by: nmr-31p, critical: true }
feedstocks:
  chalcogen: { name: TCEP=Se, concentration: 10 mM }
  cadmium: { name: Cd(OAc)2, concentration: 10 mM }
  ligand: { name: MPA, concentration: 24 mM }
materials:
  TCEP: { amount: 10 mmol }
${more}
signatures:
  start batch: [operator, checker]
`;

const startUp = `          - heat-up: { to: $temperature, ramp: 15 °C/min, pressure: $backPressure }
          - stage-1: { temperature: 60 °C }
          - stage-2
          - steady-state: { hold: 1 tau, until: conversion in range }`;

/** A line of phases. */
export const plain = (rule: string): string =>
  `${head(
    'Plain',
    '',
    `procedure:
  - unit: line
    operations:
      - prepare:
          - line-clearance: { items: [Clean] }
          - leak-test: { pressure: $backPressure, for: 20 s }
          - prime: { for: 20 s }
      - start-up:
${startUp}
      - produce:
          - collect: { while: [conversion], resumeAfter: 1 tau }
      - end:
          - shutdown: { flush: 3 tau }`,
  )}when a skid fails: ${rule}
`;

/** Loops, branches, transitions, shared equipment, and a sample beside. */
export const whole = (rule: string): string =>
  `${head(
    'Whole',
    ', nmr-31p',
    `procedure:
  - unit: line
    operations:
      - prepare:
          - line-clearance: { items: [Clean] }
          - leak-test: { pressure: $backPressure, for: 20 s }
          - repeat: { do: [ prime: { for: 20 s } ], until: 'totalFlow > 1 mL/min', most: 3 }
      - start-up:
${startUp}
      - produce:
          - choose:
              - { if: 'conversion > 98 %', do: [ instruct: { text: Very good } ] }
              - { else: [ wait: { until: 'reactorTemperature > 100 °C', most: 10 min, else: hold } ] }
          - with: { equipment: nmr-31p, most: 60 min, do: [ collect: { while: [conversion], resumeAfter: 1 tau } ] }
          - parallel:
              - [ sample: { tests: [pH] } ]
              - [ wait: { until: 'totalFlow > 1 mL/min', most: 10 min, else: go on } ]
      - end:
          - shutdown: { flush: 3 tau }`,
  )}when a skid fails: ${rule}
`;
