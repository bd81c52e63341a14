/** The one command path. Made by gateway; needed by control/batch, hmi and gateway's own OPC UA server. */
import type { Command, CommandOutcome } from '../command.ts';

export interface CommandPath {
  /** Never throws: whatever goes wrong is an outcome. The same command id gives the same outcome and acts once. */
  execute(command: Command): Promise<CommandOutcome>;
}
