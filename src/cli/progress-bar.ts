import { Presets, SingleBar } from 'cli-progress';

/** Returns a progress bar if standard error is a terminal, and otherwise undefined. */
export const progressBar = (things: string): SingleBar | undefined =>
  process.stderr.isTTY
    ? new SingleBar(
        {
          format: `{bar} {percentage} % | {value} of {total} ${things} | about {eta_formatted} left`,
          clearOnComplete: true,
          hideCursor: true,
          stream: process.stderr,
          gracefulExit: false, // The command handles Ctrl-C itself.
        },
        Presets.shades_classic,
      )
    : undefined;
