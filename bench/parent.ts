/**
 * Serves for the bench that forked this process: reads the settings, sends the
 * ports, and ends with its parent.
 */
export async function serveParent<Settings, Ports>(
  serve: (settings: Settings) => Promise<Ports>,
): Promise<void> {
  process.on('disconnect', () => process.exit(0));
  process.send?.(await serve(JSON.parse(process.env.BENCH_SETTINGS ?? '') as Settings));
}
