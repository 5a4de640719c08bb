import { Presets, SingleBar } from 'cli-progress';

/** A bar on standard error where that is a terminal; elsewhere nothing. */
export const progressBar = (things: string): SingleBar | undefined =>
  process.stderr.isTTY
    ? new SingleBar(
        {
          format: `{bar} {percentage} % | {value} of {total} ${things} | about {eta_formatted} left`,
          clearOnComplete: true,
          hideCursor: true,
          stream: process.stderr,
          gracefulExit: false, // Ctrl-C is the command's
        },
        Presets.shades_classic,
      )
    : undefined;
