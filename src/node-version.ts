const LEAST_MAJOR = 22;

/**
 * Ends the process with a clear message if this version of Node cannot load the rest of the code. The file that
 * imports it must load everything else with `await import()`.
 */
if (Number(process.versions.node.split('.', 1)[0]) < LEAST_MAJOR) {
  process.stderr.write(
    `Galley requires Node.js ${LEAST_MAJOR} or newer, but this is Node.js ${process.versions.node}. "npm start" and "npm run galley" use a suitable version of their own.\n`,
  );
  process.exit(1);
}
