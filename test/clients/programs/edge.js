/** Starts workerd, sends it one request, and prints the response: node edge.js WORKERD URL TAG */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const [workerd, url, tag] = process.argv.slice(2);
const config = join(import.meta.dirname, 'edge.capnp');
const child = spawn(workerd, ['serve', '--control-fd=3', config], {
  stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
});
child.stdio[3].on('data', (line) => {
  const { port } = JSON.parse(line);
  if (port)
    fetch(`http://127.0.0.1:${port}/?${new URLSearchParams({ url, tag })}`)
      .then((response) => response.text())
      .then(console.log)
      .finally(() => child.kill());
});
