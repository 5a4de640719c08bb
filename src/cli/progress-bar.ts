import { Presets, SingleBar } from 'cli-progress';

/**
 * Returns a progress bar if standard error is a terminal, and otherwise undefined.
 * @param done the text between the percentage and the remaining time, with placeholders of cli-progress
 */
export const progressBar = (done: string): SingleBar | undefined =>
  process.stderr.isTTY
    ? new SingleBar(
        {
          format: `{bar} {percentage} % | ${done} | about {eta_formatted} left`,
          clearOnComplete: true,
          hideCursor: true,
          stream: process.stderr,
          gracefulExit: false, // The command handles Ctrl-C itself.
        },
        Presets.shades_classic,
      )
    : undefined;

/** Returns a progress bar that shows the number of finished things. */
export const countBar = (things: string): SingleBar | undefined =>
  progressBar(`{value} of {total} ${things}`);
