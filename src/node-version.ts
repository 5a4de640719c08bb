const LEAST_MAJOR = 22;

/**
 * Ends the process with a plain sentence on a Node that cannot load the rest:
 * whoever imports it first loads everything else by `await import()`.
 */
if (Number(process.versions.node.split('.', 1)[0]) < LEAST_MAJOR) {
  process.stderr.write(
    `Galley needs Node ${LEAST_MAJOR} or newer and this is ${process.versions.node}. "npm start" and "npm run galley" bring their own.\n`,
  );
  process.exit(1);
}
