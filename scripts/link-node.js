/**
 * After `npm ci`: node_modules/.bin/node is the Node of the lockfile. npm 10, which comes with Node 20 and 22, links it
 * and removes it again, because the package for the other processor, which it leaves out, has a program of that name.
 */
import { existsSync, rmSync, symlinkSync } from 'node:fs';

const program = `node-${process.platform}-${process.arch}/bin/node`;
const link = 'node_modules/.bin/node';

if (existsSync(`node_modules/${program}`) && !existsSync(link)) {
  rmSync(link, { force: true });
  symlinkSync(`../${program}`, link);
}
