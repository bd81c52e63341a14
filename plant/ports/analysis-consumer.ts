/** Whoever is told of results as they come: the field image, which makes tags of them, the archive, the pages. */
import type { AnalysisResult } from '../analysis.ts';

export interface AnalysisConsumer {
  /** Returns soon, as `ScanConsumer.accept`. */
  acceptAnalysis(result: AnalysisResult): void;
}
