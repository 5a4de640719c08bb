import { Parser } from 'htmlparser2';
import { canonicalName, type Namespaces, WITHOUT_NAMESPACES, withDeclared } from './xml-namespaces.ts';

export interface XmlElement {
  /** With the prefix that WordPress uses, whatever prefix the file uses. */
  name: string;
  attributes: Record<string, string>;
  /** The text directly in it. */
  text: string;
  children: XmlElement[];
  /** Counted from 1. */
  line: number;
}

/** Parses XML, and what is not quite XML, with a tolerant parser. Returns an element that contains the root. */
export function xmlTree(text: string): XmlElement {
  const document: XmlElement = { name: '', attributes: {}, text: '', children: [], line: 1 };
  const open: { element: XmlElement; namespaces: Namespaces }[] = [
    { element: document, namespaces: WITHOUT_NAMESPACES },
  ];
  const lineAt = lineCounter(text);
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const around = open.at(-1);
        if (!around) return;
        const namespaces = withDeclared(around.namespaces, attributes);
        const element: XmlElement = {
          ...{ name: canonicalName(name, namespaces), attributes, text: '', children: [] },
          line: lineAt(parser.startIndex),
        };
        around.element.children.push(element);
        open.push({ element, namespaces });
      },
      onclosetag() {
        if (open.length > 1) open.pop();
      },
      ontext(piece) {
        const around = open.at(-1);
        if (around) around.element.text += piece;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  return document;
}

/** Returns a function that tells the line of each place of a text, for places in ascending order. */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let counted = 0;
  return (index) => {
    for (let at = text.indexOf('\n', counted); at >= 0 && at < index; at = text.indexOf('\n', at + 1))
      line += 1;
    counted = index;
    return line;
  };
}

export const childNamed = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name);

export const childText = (element: XmlElement, name: string): string =>
  childNamed(element, name)?.text.trim() ?? '';
