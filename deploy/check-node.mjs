/** Ends with one sentence where the Node that runs is not the pinned one: with another major, native modules crash without a word. */
const wanted = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major !== wanted) {
  process.stderr.write(
    `Mesoline runs on Node ${wanted}, which comes with "npm ci" (the package "node"), but this is Node ${process.versions.node}: ` +
      `run "npm ci" without --ignore-scripts, then use the npm scripts instead of calling node yourself.\n`,
  );
  process.exit(2);
}
