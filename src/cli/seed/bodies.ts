import type { Random } from './random.js';
import { TOPICS, WORDS } from './words.js';

type Block = (random: Random) => string;

function sentence(random: Random): string {
  const words = Array.from({ length: 6 + random.below(14) }, () => random.pick(WORDS));
  if (random.below(4) === 0) words[3] = `*${words[3]}*`;
  if (random.below(8) === 0) words[5] = `[${words[5]}](https://example.com/${words[5]})`;
  const text = words.join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const paragraph: Block = (random) =>
  Array.from({ length: 2 + random.below(4) }, () => sentence(random)).join(' ');

const BLOCKS: Block[] = [
  paragraph,
  paragraph,
  paragraph,
  (random) => `## ${random.pick(TOPICS)}\n\n${paragraph(random)}`,
  (random) => Array.from({ length: 3 }, () => `- ${sentence(random)}`).join('\n'),
  (random) => `> ${sentence(random)}`,
  (random) => `\`\`\`sql\nSELECT ${random.pick(WORDS)} FROM ${random.pick(WORDS)} WHERE id = $1;\n\`\`\``,
];

/** Returns a body in Markdown with 2 to 9 blocks. */
export const body = (random: Random): string =>
  [paragraph(random), ...Array.from({ length: 1 + random.below(8) }, () => random.pick(BLOCKS)(random))].join(
    '\n\n',
  );
