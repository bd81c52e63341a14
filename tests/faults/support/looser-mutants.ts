/**
 * Changes to the CdSe line's definition that make it looser than its envelope, each by a rule that says why it is looser. A change
 * that is only another way of saying the same is made by none of them: see `notCounted`.
 */
import {
  limitMoved,
  warningMoved,
  marginTaken,
  delayLonger,
  offShorter,
  voteWeaker,
  actionLower,
  armingNarrower,
  armingHigher,
  bypassWider,
  latchGone,
  resetEasier,
  channelDoubled,
  channelOther,
  channelWeaker,
  rowGone,
  warningGone,
  measureGone,
  tripGone,
  wordsWeaker,
  staleFewer,
  referenceWeaker,
} from './looser-rows.ts';
import {
  pointOther,
  staleLater,
  criticalGone,
  rangeWider,
  unitOther,
  writeWider,
  derivedWeaker,
  skidLooser,
} from './looser-tags.ts';
import type { Rule } from './mutant-file.ts';

/** What is no looser, and so is never made, with why. */
export const notCounted: readonly string[] = [
  'the limit of a row whose channels are all 0 % or 100 %, moved between these: it trips at the same fields',
  'a channel put in place of one that is made of it: max() of two thermometers for one of them trips no later',
  'the lower bound of a divisor, max(flow, 1 mL/min), where a smaller divisor makes the row trip earlier (row 10)',
  'a warning behind its own trip: what trips needs no warning',
  'titles, reasons, decimals, normal bands: nothing goes by them',
];

/** @param tags that the envelope stands on */
export const looserRules = (tags: readonly string[]): Readonly<Record<string, Rule>> => ({
  'limit moved': limitMoved,
  'limit moved again': limitMoved,
  'warning moved': warningMoved,
  'margin to boiling taken': marginTaken,
  'delay longer': delayLonger,
  'off-delay shorter': offShorter,
  'vote weaker': voteWeaker,
  'action lower': actionLower,
  'arming narrower': armingNarrower,
  'arming limit higher': armingHigher,
  'bypass wider': bypassWider,
  'latch gone': latchGone,
  'reset easier': resetEasier,
  'channel doubled': channelDoubled,
  'another channel': channelOther,
  'channel weaker': channelWeaker,
  'row gone': rowGone,
  'warning gone': warningGone,
  'measure gone': measureGone,
  'trip gone': tripGone,
  'words weaker': wordsWeaker,
  'fewer tags watched': staleFewer,
  'reference weaker': referenceWeaker,
  'another point': pointOther(tags),
  'stale later': staleLater(tags),
  'not critical': criticalGone(tags),
  'range wider': rangeWider(tags),
  'another unit': unitOther(tags),
  'write wider': writeWider(tags),
  'derived tag weaker': derivedWeaker,
  'skid looser': skidLooser,
});
