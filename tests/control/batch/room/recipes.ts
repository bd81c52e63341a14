/** Recipes that ask people first, on a line that stands still and cold, and then make the short batch's product. */

const head = (name: string): string => `recipe: ${name}
title: People are asked, then the short batch
needs: [two-stage, selenium, diverter]
batch: { by: collected volume, target: 60 mL, bounds: 50..80 mL }

formula:
  temperature: { value: 105 °C, range: 100..160, critical: true }
  residenceTime: { value: 48 s, range: 45..60, critical: true }
  backPressure: { value: 8 bar(g), range: 4..14, critical: true }
  stage1Temperature: { value: 60 °C, range: 50..70, critical: true }
  seToTcep: { value: 1.2, range: 1.1..1.3, critical: true }
  cdToSe: { value: 1.0, range: 0.95..1.05, critical: true }
  mpaToCd: { value: 2.4, range: 2.2..2.6, critical: true }
  emission: { between: 580..600 nm, by: emission }

feedstocks:
  chalcogen: { name: TCEP=Se, concentration: 10 mM }
  cadmium: { name: Cd(OAc)2, concentration: 10 mM }
  ligand: { name: MPA, concentration: 24 mM }
`;

const product = `      - prepare:
          - line-clearance: { items: [Clean] }
          - leak-test: { pressure: $backPressure, for: 10 s, drop: 0.5 bar, flow: 40 mL/min }
          - prime: { for: 5 s }
      - start-up:
          - heat-up: { to: $temperature, ramp: 20 °C/min, pressure: $backPressure, band: 3 K }
          - stage-1: { temperature: $stage1Temperature }
          - stage-2
          - steady-state: { hold: 1 tau, temperatureBand: 3 K, pressureBand: 1.5 bar, flowBand: 8 % }
      - produce:
          - choose:
              - { if: 'totalFlow > 900 mL/min', do: [ steady-state: { hold: 1 tau, until: emission in range } ] }
              - { else: [ instruct: { text: The line is steady } ] }
          - collect: { resumeAfter: 1 tau, temperatureBand: 3 K, pressureBand: 1.5 bar, flowBand: 8 % }
      - end:
          - shutdown: { flush: 3 tau, below: 80 °C }
`;

const foot = (rule: string, more = ''): string => `
signatures:
  start batch: [operator, checker]
  pause: [operator]
when a skid fails: ${rule}
${more}`;

/** Two instructions, the second one checked. */
export const looking = (rule = 'continue', more = ''): string => `${head('Looking')}
procedure:
  - unit: line
    operations:
      - look:
          - instruct: { text: Look at the line }
          - instruct: { text: Look again, check: second person }
${product}${foot(rule, more)}`;

/** A sample with a number that has limits, and one beside a wait that ends by itself. */
export const sampling = `${head('Sampling')}
procedure:
  - unit: line
    operations:
      - look:
          - sample: { tests: [emission, pH] }
          - wait: { until: 'reactorTemperature > 200 °C', most: 20 s, else: go on }
          - alongside: { sample: { tests: [pH] } }
${product}${foot('continue')}`;

/** Nothing is asked before the line is prepared. */
export const making = (rule = 'continue', more = ''): string => `${head('Making')}
procedure:
  - unit: line
    operations:
${product}${foot(rule, more)}`;
