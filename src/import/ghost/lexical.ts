import { createRequire } from 'node:module';
import type { LexicalHTMLRenderer } from '@tryghost/kg-lexical-html-renderer';
import type { Body } from './ghost.bodies.js';

const PACKAGE = '@tryghost/kg-lexical-html-renderer';

let loaded: typeof LexicalHTMLRenderer | undefined;
let nodes: unknown[] = [];

/**
 * Ghost's cards come from the copy of kg-default-nodes that the renderer itself uses: another would not share
 * its classes. Required, because the package's ES modules do not load in Node; late, because it brings jsdom.
 */
function load(): typeof LexicalHTMLRenderer {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  const own = createRequire(require.resolve(PACKAGE));
  nodes = (own('@tryghost/kg-default-nodes') as { DEFAULT_NODES: unknown[] }).DEFAULT_NODES;
  loaded = (require(PACKAGE) as { LexicalHTMLRenderer: typeof LexicalHTMLRenderer }).LexicalHTMLRenderer;
  return loaded;
}

/** Renders a Lexical document (Ghost 5 and later). The renderer reports some faults and goes on: all throw here. */
export async function renderLexical(document: string): Promise<Body> {
  const Renderer = load();
  const faults: Error[] = [];
  const renderer = new Renderer({ nodes: nodes as never, onError: (error) => faults.push(error) });
  const html = await renderer.render(document);
  if (faults[0]) throw faults[0];
  return { html, notes: [] };
}
