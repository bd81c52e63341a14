/** Which of the OPC Foundation's companion models are loaded: those of which something is instantiated, and what they need. */
import { nodesets } from 'node-opcua';
import type { SkidPlan } from '../plan/space-plan.ts';

export const deviceModelUri = 'http://opcfoundation.org/UA/DI/';
export const analyserModelUri = 'http://opcfoundation.org/UA/LADS/';

export const nodesetsOf = (skids: readonly SkidPlan[]): readonly string[] => [
  nodesets.standard,
  nodesets.di,
  ...(hasAnalyser(skids) ? [nodesets.ia, nodesets.machinery, nodesets.amb, nodesets.lads] : []),
];

const hasAnalyser = (skids: readonly SkidPlan[]): boolean =>
  skids.some(({ devices }) => devices.some(({ analyser }) => analyser));
